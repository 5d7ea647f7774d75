// The pages of admins with 100,000 users, timed one by one: node admin-load.mjs VITAE. Fails if one takes too long.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Milliseconds that a page may take (p95). */
const LIMIT = 50;
const TIMES = 100;
const PASSWORD = 'correct horse battery staple';

const vitae = process.argv[2];
const port = 3000 + (process.pid % 20000) + 10000;
const base = `http://127.0.0.1:${port}`;
const data = mkdtempSync(join(tmpdir(), 'vitae-crowd-'));
chmodSync(data, 0o755);
const env = { PATH: process.env.PATH, VITAE_DATA_DIR: data, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, RUST_LOG: 'error', TYPESETTING_WORKERS: '1', LIMIT_REQUESTS: '1000000' };
const server = spawn(vitae, ['serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
const run = (...args) => execFileSync(vitae, args, { env, encoding: 'utf8' });

let cookie;
async function send(path, form) {
  const answer = await fetch(base + path, {
    method: form ? 'POST' : 'GET',
    body: form && new URLSearchParams(form),
    redirect: 'manual',
    headers: { origin: base, accept: 'text/html', ...(cookie && { cookie }) },
  });
  const set = answer.headers.getSetCookie()[0];
  if (set) cookie = set.split(';')[0];
  const text = await answer.text();
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status}`);
  return { text, location: answer.headers.get('location') };
}

/** The address of the next page of a list. */
const next = (text) => /href="([^"]+)" rel="next"/.exec(text)[1].replaceAll('&amp;', '&');

let failed = false;
try {
  while (!(await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false))) await pause(25);
  run('psql', '--', '-q', '-v', 'ON_ERROR_STOP=1', '-f', fileURLToPath(new URL('crowd.sql', import.meta.url)));
  const link = run('admin', 'create', 'root@example.org').match(/token=(\w+)/)[1];
  await send('/reset-password', { token: link, password: PASSWORD });
  await send('/login', { email: 'root@example.org', password: PASSWORD });
  const uid = run('psql', '--', '-At', '-c', "select uid from users where id = 50007").trim();
  const pages = [
    ['overview', '/admin'],
    ['users, newest', '/admin/users'],
    ['users by address', '/admin/users?sort=address'],
    ['users by last seen', '/admin/users?sort=seen'],
    ['users by CVs', '/admin/users?sort=cvs'],
    ['disabled users by CVs', '/admin/users?show=disabled&sort=cvs'],
    ['one user', `/admin/users/${uid}`],
    ['guests', '/admin/guests'],
    ['guests to be removed', '/admin/guests?days=7'],
    ['mails', '/admin/mails'],
    ['log', '/admin/log'],
    ['log of one kind', '/admin/log?kind=exported'],
    ['log of one kind that never happened', '/admin/log?kind=google-linked'],
    ['log of one user', `/admin/log?user=${uid}`],
  ];
  // A page from deep inside of each order.
  for (const sort of ['newest', 'address', 'seen', 'cvs']) {
    let path = `/admin/users?sort=${sort}`;
    for (let turn = 0; turn < 20; turn++) path = next((await send(path)).text);
    pages.push([`users by ${sort}, page 21`, path]);
  }
  const rows = [];
  const time = async (what, path) => {
    const times = [];
    for (let n = -5; n < TIMES; n++) {
      const started = performance.now();
      await send(path);
      if (n >= 0) times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    const [median, p95] = [times[TIMES / 2], times[Math.floor(TIMES * 0.95)]];
    failed ||= p95 > LIMIT;
    rows.push(`| ${what} | ${median.toFixed(1)} ms | ${p95.toFixed(1)} ms |`);
  };
  for (const [what, path] of pages) await time(what, path);
  for (const typed of ['turing77', 'turing', 'example.org', 'zzz', 'ada.lovelace1@example.com']) {
    const { location } = await send('/admin/users', { q: typed });
    await time(`users with "${typed}"`, location);
    await time(`users with "${typed}", by address`, `${location}?sort=address`);
  }
  console.log(`\n${cpus()[0].model.trim()}, ${cpus().length} cores\n`);
  console.log('| pages of admins, 100,000 users | median | p95 |\n|---|---|---|');
  for (const row of rows) console.log(row);
  if (failed) console.log(`\nNot all of them within ${LIMIT} ms.`);
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
