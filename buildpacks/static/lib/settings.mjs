// static.json, read and checked as a whole.
import fs from 'node:fs';
import path from 'node:path';

const known = ['root', 'clean_urls', 'routes', 'redirects', 'error_page', 'https_only', 'headers', 'directory_listing', 'encoding', 'canonical_host', 'logging'];

export function readSettings(app) {
  const file = path.join(app, 'static.json');
  const given = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const root = path.resolve(app, given.root ?? '.');
  if (root !== path.resolve(app) && !root.startsWith(path.resolve(app) + path.sep)) throw new Error('root leads out of the app');
  if (!fs.existsSync(root)) throw new Error(`root "${given.root}" does not exist`);
  return {
    root: fs.realpathSync(root),
    cleanUrls: given.clean_urls === true,
    httpsOnly: given.https_only === true,
    errorPage: given.error_page,
    routes: Object.entries(given.routes ?? {}).map(([glob, target]) => [matcher(glob), target]),
    redirects: Object.entries(given.redirects ?? {}).map(([from, to]) => [from, { url: to.url, status: to.status ?? 301 }]),
    headers: Object.entries(given.headers ?? {}).map(([glob, headers]) => [matcher(glob), headers]),
    unknown: Object.keys(given).filter((name) => !known.includes(name)),
  };
}

// * is anything within a folder, ** anything.
function matcher(glob) {
  const pattern = glob.split(/(\*\*|\*)/).map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))).join('');
  return new RegExp(`^${pattern}$`);
}
