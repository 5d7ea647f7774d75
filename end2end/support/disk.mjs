// One guest writes as fast as they can, with default limits: huge texts, a new tab for each save, conflicts on purpose,
// versions brought back, copies, the trash. Says how much of it is there in the end: node disk.mjs VITAE [SECONDS]
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const [vitae, seconds] = [process.argv[2], Number(process.argv[3] ?? 120)];
const port = 3000 + (process.pid % 20000) + 10000;
const base = `http://127.0.0.1:${port}`;
const data = mkdtempSync(join(tmpdir(), 'vitae-disk-'));
chmodSync(data, 0o755);
const env = { PATH: process.env.PATH, VITAE_DATA_DIR: data, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, RUST_LOG: 'error' };
const server = spawn(vitae, ['serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });

/** What a guest may have, and what is never thinned out if it is too much: the newest 20 autosaves of three CVs. */
const [LIMIT, UNTOUCHED] = [40e6, 3 * 20 * 256 * 1024];
let cookie;
const counts = {};
const note = (what) => (counts[what] = (counts[what] ?? 0) + 1);

async function send(path, options) {
  const answer = await fetch(base + path, { redirect: 'manual', ...options, headers: { origin: base, ...(cookie && { cookie }), ...options?.headers } });
  const set = answer.headers.getSetCookie()[0];
  if (set) cookie = set.split(';')[0];
  return answer;
}
const call = (name, argument) => send(`/api/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(argument) });
const form = (path, fields) => send(path, { method: 'POST', body: new URLSearchParams(fields) });

/** The CVs that are not in the trash. */
const live = async () => [...new Set([...(await (await send('/resumes')).text()).matchAll(/href="\/resumes\/(\d+)"/g)].map(([, id]) => Number(id)))];
const query = (statement) => execFileSync(vitae, ['psql', '--', '-Atc', statement], { env, encoding: 'utf8' }).trim();
const there = () => Number(query(`select (select coalesce(sum(octet_length(json_content::text)), 0) from resumes) + (select coalesce(sum(octet_length(document::text)), 0) from resume_revisions)`));
const kept = () => Number(query('select sum(document_bytes + history_bytes) from resumes'));
const disk = () => Number(query('select pg_database_size(current_database())'));
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** A text that cannot be compressed, nearly as large as one may be. */
function huge(document) {
  return { ...document, basics: { ...document.basics, name: randomBytes(4).toString('hex') }, extra: { text: randomBytes(190_000).toString('base64') } };
}

/** Saves one of the CVs again and again, each time as another tab. */
async function saving(n, running) {
  let tab = 0;
  while (running()) {
    const ids = await live();
    if (ids.length === 0) {
      note((await form('/resumes', { name: 'Again', from: 'empty' })).status);
      continue;
    }
    const id = ids[n % ids.length];
    const loaded = await call('load_resume', { id });
    if (!loaded.ok) continue;
    const known = await loaded.json();
    for (let k = 0; k < 20 && running(); k++) {
      const request = { id, base_revision: known.revision, save_id: `tab-${n}-${tab++}.1`, document: huge(known.document) };
      const answer = await call('save_resume', { request });
      note(`save ${answer.status}`);
      await answer.text();
      if (answer.ok) known.revision++;
      else if (answer.status !== 429) break;
      // And a save that must be refused, so that what was saved stays a version.
      if (k % 2) await (await call('save_resume', { request: { ...request, base_revision: 1_000_000 } })).text();
    }
  }
}

/** Brings versions back, copies CVs and throws them away. */
async function shuffling(running) {
  while (running()) {
    for (const id of await live()) {
      note(`restore ${(await form(`/resumes/${id}/history/1/restore`, {})).status}`);
      note(`copy ${(await form(`/resumes/${id}/duplicate`, {})).status}`);
      if (Math.random() < 0.2) note(`trash ${(await form(`/resumes/${id}/delete`, {})).status}`);
    }
    await pause(20);
  }
}

let failed = false;
try {
  while (!(await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false))) await pause(25);
  await form('/guest', {});
  for (const name of ['Second', 'Third']) await form('/resumes', { name, from: 'empty' });
  const [started, before] = [performance.now(), disk()];
  const passed = () => (performance.now() - started) / 1000;
  const running = () => passed() < seconds;
  const attack = Promise.all([0, 1, 2, 3, 4, 5].map((n) => saving(n, running)).concat(shuffling(running)));
  let highest = 0;
  console.log('| after | in all | database on disk, grown by |\n|---|---|---|');
  for (let look = 1; running(); look++) {
    await pause(Math.max(0, (look * seconds) / 12 * 1000 - (performance.now() - started)));
    highest = Math.max(highest, there());
    console.log(`| ${passed().toFixed(0)} s | ${megabytes(there())} MB | ${megabytes(disk() - before)} MB |`);
  }
  await attack;
  highest = Math.max(highest, there());
  failed = highest > LIMIT + UNTOUCHED || there() !== kept() || Object.keys(counts).some((what) => / 500$/.test(what));
  console.log(`\nanswers: ${JSON.stringify(counts)}`);
  console.log(`versions: ${query("select string_agg(kind || ' ' || n, ', ' order by kind) from (select kind, count(*) n from resume_revisions group by 1) k")}`);
  console.log(`at most ${megabytes(highest)} MB; what is counted is what is there: ${there() === kept()}; a dump takes ${megabytes(there())} MB`);
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
