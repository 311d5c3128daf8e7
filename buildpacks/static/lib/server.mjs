// Serves the files of a static site on $PORT: types, conditional requests, ranges, clean URLs, routes, redirects, error page (static.json).
// Only regular files below the root are served, after links are resolved; names that begin with a dot are not, nor are the platform's own files.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { readSettings } from './settings.mjs';

const types = {
  html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8',
  json: 'application/json', map: 'application/json', webmanifest: 'application/manifest+json', xml: 'application/xml', txt: 'text/plain; charset=utf-8', md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', ico: 'image/x-icon',
  woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf', wasm: 'application/wasm', pdf: 'application/pdf', zip: 'application/zip', gz: 'application/gzip',
  mp3: 'audio/mpeg', ogg: 'audio/ogg', wav: 'audio/wav', mp4: 'video/mp4', webm: 'video/webm',
};
const hidden = new Set(['static.json', 'Procfile', 'app.json']);

const check = process.argv[2] === '--check';
const app = check ? process.argv[3] : process.env.HOME || process.cwd();
let settings;
try {
  settings = readSettings(app);
} catch (error) {
  console.log(`       static.json: ${error.message}`);
  process.exit(1);
}
if (check) {
  for (const name of settings.unknown) console.log(` !     static.json: "${name}" is not known here and has no effect`);
  console.log(`       Root: ${path.relative(app, settings.root) || '.'}`);
  process.exit(0);
}

// The file for a URL path, or null.
function find(pathname) {
  const parts = pathname.split('/').filter((part) => part !== '');
  if (parts.some((part) => part.startsWith('.') || part.includes('\0')) || hidden.has(parts.join('/'))) return null;
  const wanted = path.join(settings.root, ...parts);
  const candidates = pathname.endsWith('/') ? [path.join(wanted, 'index.html')] : [wanted];
  if (settings.cleanUrls && !pathname.endsWith('/')) candidates.push(`${wanted}.html`);
  for (const candidate of candidates) {
    let real;
    try {
      real = fs.realpathSync(candidate);
    } catch {
      continue;
    }
    if (!real.startsWith(settings.root + path.sep)) continue;
    const stat = fs.statSync(real);
    if (stat.isFile()) return { file: real, stat };
    if (stat.isDirectory() && fs.existsSync(path.join(real, 'index.html'))) return { redirect: `${pathname}/` };
  }
  return null;
}

function respond(request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, 'Method not allowed', { Allow: 'GET, HEAD' });
  let url, pathname;
  try {
    url = new URL(request.url, 'http://localhost');
    pathname = decodeURIComponent(url.pathname);
  } catch {
    return plain(response, 400, 'Bad request');
  }
  // A path of two slashes would be taken for another host when it is sent back.
  if (pathname.startsWith('//') || pathname.includes('\\')) return plain(response, 400, 'Bad request');
  if (settings.httpsOnly && request.headers['x-forwarded-proto'] === 'http') return plain(response, 301, '', { Location: `https://${request.headers.host}${request.url}` });
  for (const [from, to] of settings.redirects) if (from === pathname) return plain(response, to.status, '', { Location: to.url });

  let found = find(pathname);
  if (!found) for (const [pattern, target] of settings.routes) if (pattern.test(pathname)) { found = find(`/${target}`); break; }
  if (found?.redirect) return plain(response, 301, '', { Location: encodeURI(found.redirect) + url.search });
  for (const [pattern, headers] of settings.headers) if (pattern.test(pathname)) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (found) return send(request, response, found, 200);
  const page = settings.errorPage && find(`/${settings.errorPage}`);
  return page?.file ? send(request, response, page, 404) : plain(response, 404, 'Not found');
}

function send(request, response, { file, stat }, status) {
  const etag = `"${stat.size.toString(16)}-${Math.floor(stat.mtimeMs).toString(16)}"`;
  response.setHeader('Content-Type', types[path.extname(file).slice(1).toLowerCase()] ?? 'application/octet-stream');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (status === 200) {
    response.setHeader('ETag', etag);
    response.setHeader('Last-Modified', stat.mtime.toUTCString());
    response.setHeader('Accept-Ranges', 'bytes');
    if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'public, max-age=0, must-revalidate');
    if (isFresh(request, etag, stat)) return response.writeHead(304).end();
  }
  const range = status === 200 && rangeOf(request, etag, stat.size);
  if (range === 'unsatisfiable') return plain(response, 416, '', { 'Content-Range': `bytes */${stat.size}` });
  const [first, last] = range || [0, stat.size - 1];
  if (range) response.setHeader('Content-Range', `bytes ${first}-${last}/${stat.size}`);
  response.writeHead(range ? 206 : status, { 'Content-Length': stat.size === 0 ? 0 : last - first + 1 });
  if (request.method === 'HEAD' || stat.size === 0) return response.end();
  pipeline(fs.createReadStream(file, { start: first, end: last }), response, () => {});
}

function isFresh(request, etag, stat) {
  const match = request.headers['if-none-match'];
  if (match !== undefined) return match === '*' || match.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(stat.mtimeMs / 1000) * 1000 <= since;
}

// One range; several in one request get the whole file, as the standard allows.
function rangeOf(request, etag, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag) return null;
  const first = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return first > last || first >= size ? 'unsatisfiable' : [first, last];
}

function plain(response, status, text, headers = {}) {
  const body = text === '' ? '' : `${text}\n`;
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(body), ...headers }).end(body);
}

const server = http.createServer((request, response) => {
  try {
    respond(request, response);
  } catch (error) {
    console.error(error);
    response.headersSent ? response.destroy() : plain(response, 500, 'Internal server error');
  }
});
server.listen(process.env.PORT || 5000, () => console.log(`Serving ${path.relative(app, settings.root) || 'the app'} on port ${server.address().port}`));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
