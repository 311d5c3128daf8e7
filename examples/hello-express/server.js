// A web dyno on Express: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM.
const express = require('express');

const dyno = process.env.DYNO || 'local';
const release = process.env.HEROKU_RELEASE_VERSION || 'v0';

const app = express();
app.use((request, response, next) => {
  console.log(`${request.method} ${request.url}`);
  next();
});
app.get('/', (request, response) => response.type('text').send(`Hello from ${dyno}, release ${release}\n`));

const server = app.listen(process.env.PORT || 5000, () => console.log(`Listening on ${server.address().port}`));

process.on('SIGTERM', () => {
  console.log('Finishing open requests');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
