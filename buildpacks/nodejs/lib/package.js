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
const answers = {
  valid: () => true,
  script: () => Boolean((app.scripts || {})[name]),
  dependencies: () => ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'workspaces'].some(has),
  'dev-dependencies': () => has('devDependencies') || has('workspaces'),
  'package-manager': () => { console.log(app.packageManager || ''); return true; },
};
process.exit(answers[question]() ? 0 : 1);
