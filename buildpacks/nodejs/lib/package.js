// Questions to package.json, answered by the exit status or on standard output.
const fs = require('fs');
const path = require('path');
const [question, folder, name] = process.argv.slice(2);
let app;
try {
  app = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8').replace(/^\uFEFF/, ''));
} catch (error) {
  console.log(`       ${error.message}`);
  process.exit(1);
}
const has = (part) => Object.keys(app[part] || {}).length > 0;
const say = (value) => { console.log(typeof value === 'string' ? value : ''); return true; };
const frameworks = ['next', 'nuxt', '@nestjs/core', '@remix-run/node', '@sveltejs/kit', 'astro', 'gatsby', '@adonisjs/core', '@hapi/hapi', 'fastify', 'koa', 'express'];
const answers = {
  valid: () => app !== null && typeof app === 'object' && !Array.isArray(app),
  script: () => Boolean((app.scripts || {})[name]),
  dependencies: () => ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'workspaces'].some(has) || fs.existsSync(path.join(folder, 'pnpm-workspace.yaml')),
  'dev-dependencies': () => has('devDependencies') || has('workspaces') || fs.existsSync(path.join(folder, 'pnpm-workspace.yaml')),
  'package-manager': () => say(app.packageManager),
  engine: () => say((app.engines || {})[name]),
  framework: () => say(frameworks.find((f) => f in (app.dependencies || {}))),
  // Folders of the app, never above it, that the app wants back in its next build.
  'cache-directories': () => say([].concat(app.cacheDirectories || app.cache_directories || []).filter((d) => typeof d === 'string' && !path.isAbsolute(d) && !path.normalize(d).startsWith('..')).join('\n')),
};
process.exit(answers[question]() ? 0 : 1);
