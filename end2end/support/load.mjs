// Requests against a running server, timed one by one: node load.mjs VITAE
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { latencies } from './latency.mjs';
import { logins } from './logins.mjs';

const vitae = process.argv[2];
const port = 3000 + (process.pid % 20000) + 10000;
const base = `http://127.0.0.1:${port}`;
const data = mkdtempSync(join(tmpdir(), 'vitae-load-'));
chmodSync(data, 0o755);
const server = spawn(vitae, ['serve'], {
  env: { PATH: process.env.PATH, VITAE_DATA_DIR: data, LIMIT_SIGN_UPS: '100000', LIMIT_REQUESTS: '100000', TRUSTED_PROXIES: '127.0.0.1', LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, RUST_LOG: 'error', TYPESETTING_WORKERS: '1' },
  stdio: ['ignore', 'ignore', 'inherit'],
});

let cookie;
async function send(path, options = {}) {
  const answer = await fetch(base + path, {
    redirect: 'manual',
    ...options,
    headers: { origin: base, 'accept-encoding': 'br', ...(cookie && { cookie }), ...options.headers },
  });
  const set = answer.headers.getSetCookie()[0];
  if (set) cookie = set.split(';')[0];
  return answer;
}
async function call(name, argument) {
  const answer = await send(`/api/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(argument) });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Runs `work` `count` times after a few to warm up; milliseconds of each. */
async function timed(count, work) {
  const times = [];
  for (let n = -5; n < count; n++) {
    const started = performance.now();
    await work(n);
    if (n >= 0) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}
const at = (times, part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
const rows = [];
const row = (what, times) => rows.push([what, `${at(times, 0.5)} ms`, `${at(times, 0.95)} ms`]);

/** Memory of a process and its descendants, shared pages counted once (PSS), in MB. */
function memory(pid) {
  const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean));
  return kilobytes / 1024 + children.reduce((sum, child) => sum + memory(child), 0);
}

try {
  while (!(await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false))) await pause(25);
  await send('/guest', { method: 'POST' });
  await send('/resumes', { method: 'POST', body: new URLSearchParams({ name: 'Load', from: 'sample' }) });
  const id = 2;
  let { revision, document } = await call('load_resume', { id });
  const edit = (n) => (document.basics.headline = `Edit number ${n} of many`);

  row('landing page', await timed(200, () => send('/').then((answer) => answer.text())));
  row('list of CVs', await timed(200, () => send('/resumes').then((answer) => answer.text())));
  row('page of the editor', await timed(100, () => send(`/resumes/${id}`).then((answer) => answer.text())));
  row('save', await timed(300, async (n) => {
    edit(n);
    revision = await call('save_resume', { request: { id, base_revision: revision, save_id: `load-${n}`, document } });
  }));
  let known = [];
  row('preview after an edit', await timed(300, async (n) => {
    edit(`${n} preview`);
    const preview = await call('preview_resume', { request: { id, document, known } });
    known = preview.pages.map((page) => page.hash);
  }));
  row('PDF of the saved CV', await timed(100, () => send(`/resumes/${id}/resume.pdf`).then((answer) => answer.arrayBuffer())));
  row('keystroke to changed page in Chromium, without the pause', await latencies(base));
  const body = join(data, 'request.json');
  const { writeFileSync } = await import('node:fs');
  edit('counted');
  writeFileSync(body, JSON.stringify({ request: { id, document, known } }));
  const bytes = execFileSync('curl', ['-s', '-o', '/dev/null', '-w', '%{size_download}', '-H', 'accept-encoding: br', '-H', 'content-type: application/json', '-H', `origin: ${base}`, '-H', `cookie: ${cookie}`, '--data-binary', `@${body}`, `${base}/api/preview_resume`], { encoding: 'utf8' });

  console.log(`\n${cpus()[0].model.trim()}, ${cpus().length} cores\n`);
  console.log('| over HTTP, warm | median | p95 |\n|---|---|---|');
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
  console.log(`\nAnswer to one keystroke, compressed: ${(Number(bytes) / 1024).toFixed(1)} KB`);
  console.log(`Memory of server, one worker and private PostgreSQL: ${memory(server.pid).toFixed(0)} MB`);
  console.log(`\n${(await logins(base, server.pid)).join('\n')}`);
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
