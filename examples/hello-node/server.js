// A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM.
const http = require('http');

const dyno = process.env.DYNO || 'local';
const release = process.env.HEROKU_RELEASE_VERSION || 'v0';

const server = http.createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`Hello from ${dyno}, release ${release}${process.env.GREETING ? `: ${process.env.GREETING}` : ''}\n`);
});

server.listen(process.env.PORT || 5000, () => console.log(`Listening on ${server.address().port}`));

process.on('SIGTERM', () => {
  console.log('Finishing open requests');
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
