// The kill test: saves and archives go on while the server, a worker or PostgreSQL is killed (-9) at a random moment.
// After each kill: every save that was acknowledged is there, and every archive that is ready has its object. Then as
// many backups are made at random moments under the same load, each proven by restoring it, some killed on the way.
//
//   node torture.mjs VITAE ROUNDS SEED
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [vitae, rounds, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const port = 3000 + (process.pid % 20000) + 10000;
const base = `http://127.0.0.1:${port}`;
const data = mkdtempSync(join(tmpdir(), 'vitae-torture-'));
chmodSync(data, 0o755);
const environment = { PATH: process.env.PATH, VITAE_DATA_DIR: data, LIMIT_SIGN_UPS: '100000', LIMIT_REQUESTS: '100000', LIMIT_GUEST_ARCHIVES: '1000000', LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, RUST_LOG: 'error' };

// mulberry32: small, seeded, good enough to choose moments.
let state = seed >>> 0;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

let server, cookie;
const until = async (what, condition, seconds = 60) => {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${seconds} s`);
    await pause(25);
  }
};
const ready = () => fetch(`${base}/readyz`).then((answer) => answer.ok, () => false);

function start() {
  server = spawn(vitae, ['serve'], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  return until('the start of the server', () => {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    return ready();
  });
}

async function call(name, argument) {
  const answer = await fetch(`${base}/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base, cookie },
    body: JSON.stringify(argument),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw Object.assign(new Error(`${name}: ${answer.status} ${text}`), { status: answer.status });
  return JSON.parse(text);
}

async function form(path, fields) {
  const answer = await fetch(base + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: base, ...(cookie && { cookie }) },
    body: new URLSearchParams(fields),
  });
  if (answer.status !== 303) throw new Error(`${path}: ${answer.status}`);
  const set = answer.headers.getSetCookie()[0];
  if (set) cookie = set.split(';')[0];
  return answer.headers.get('location');
}

const resumes = new Map(); // id → { revision, text: acknowledged, tried: the save that has no answer yet }
const archived = new Map(); // uuid → sha256
const counts = { saves: 0, archives: 0, kills: {}, backups: 0, killedBackups: 0 };

async function saving(id, running) {
  const known = resumes.get(id);
  for (let n = 0; running(); n++) {
    const text = `${known.revision} after ${counts.saves} ${n}`;
    known.document.basics = { ...known.document.basics, headline: text };
    known.tried = text;
    try {
      const request = { id, base_revision: known.revision, save_id: `torture-${id}-${text}`, document: known.document };
      known.revision = await call('save_resume', { request });
      known.text = text;
      counts.saves++;
    } catch (error) {
      if (error.status === 409) throw error;
      return;
    }
  }
}

async function archiving(id, running) {
  while (running()) {
    try {
      const archive = await call('archive_resume', { id });
      if (archive.ready) archived.set(archive.uuid, archive.sha256);
      counts.archives++;
    } catch {
      return;
    }
    // Each round looks at all of them: not as many as can be.
    await pause(random() * 80);
  }
}

const children = (name) => {
  try {
    return execFileSync('pgrep', ['-P', String(server.pid), '-f', name], { encoding: 'utf8' }).trim().split('\n').map(Number);
  } catch {
    return [];
  }
};

async function kill() {
  const what = ['server', 'worker', 'postgres'][Math.floor(random() * 3)];
  counts.kills[what] = (counts.kills[what] ?? 0) + 1;
  if (what === 'server') {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    await start();
  } else {
    for (const pid of children(what === 'worker' ? 'typeset-worker' : 'postgres -D|postgres .*-D')) process.kill(pid, 'SIGKILL');
    // The killed server may still be seen as ready for a moment: a statement tells.
    await until('recovery', async () => (await ready()) && call('load_resume', { id: [...resumes.keys()][0] }).then(() => true, () => false));
  }
  return what;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function verify(round, what) {
  for (const [id, known] of resumes) {
    const { revision, document } = await call('load_resume', { id });
    const text = document.basics.headline ?? '';
    const acknowledged = revision === known.revision && text === known.text;
    const unanswered = revision === known.revision + 1 && text === known.tried;
    if (!acknowledged && !unanswered) {
      throw new Error(`round ${round} (${what}): CV ${id} is at ${revision} "${text}", acknowledged was ${known.revision} "${known.text}"`);
    }
    Object.assign(known, { revision, text, document });
  }
  const rows = execFileSync(vitae, ['psql', '--', '-AtF ', '-c', "select uuid, sha256, object_key from archives where state = 'ready'"], { env: environment, encoding: 'utf8', maxBuffer: 1e9 });
  const stored = new Map(rows.trim().split('\n').filter(Boolean).map((row) => row.split(' ')).map(([uuid, hash, key]) => [uuid, { hash, key }]));
  for (const [uuid, { hash, key }] of stored) {
    const path = join(data, 'objects', key);
    if (!existsSync(path) || sha256(readFileSync(path)) !== hash) throw new Error(`round ${round} (${what}): archive ${uuid} is ready without its object`);
  }
  for (const [uuid, hash] of archived) {
    if (stored.get(uuid)?.hash !== hash) throw new Error(`round ${round} (${what}): archive ${uuid} was acknowledged and is gone`);
  }
}

const listed = () => readdirSync(join(data, 'backups')).filter((name) => name.endsWith('.sql.gz'));

// One proven backup while the work goes on; every fourth is killed at a random moment and must leave nothing.
async function backup(round) {
  const before = existsSync(join(data, 'backups')) ? listed() : [];
  const running = spawn(vitae, ['backup', 'create', '--verify'], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  running.stderr.on('data', (piece) => (words += piece));
  const ended = new Promise((resolve) => running.once('close', resolve));
  if (round % 4 === 0) {
    await Promise.race([pause(random() * 800), ended]);
    running.kill('SIGKILL');
    if ((await ended) !== 0) {
      const added = listed().filter((name) => !before.includes(name));
      if (added.length) execFileSync(vitae, ['backup', 'verify', added[0]], { env: environment, stdio: 'ignore' });
      counts.killedBackups++;
      return;
    }
  } else if ((await ended) !== 0) {
    throw new Error(`backup ${round}: ${words}`);
  }
  if (listed().length !== before.length + 1) throw new Error(`backup ${round} is not there`);
  counts.backups++;
}

try {
  await start();
  await form('/guest', {});
  await form('/resumes', { name: 'Second', from: 'sample' });
  for (const id of [1, 2]) {
    const { revision, document } = await call('load_resume', { id });
    resumes.set(id, { revision, text: document.basics.headline ?? '', document });
  }
  for (let round = 1; round <= rounds; round++) {
    let going = true;
    const work = [saving(1, () => going), saving(2, () => going), archiving(2, () => going)];
    await pause(50 + random() * 600);
    const what = await kill();
    going = false;
    await Promise.all(work);
    await verify(round, what);
  }
  for (let round = 1; round <= rounds; round++) {
    let going = true;
    const work = [saving(1, () => going), saving(2, () => going), archiving(2, () => going)];
    await pause(random() * 300);
    await backup(round);
    going = false;
    await Promise.all(work);
    await verify(round, 'backup');
  }
  if (counts.saves === 0 || archived.size === 0) throw new Error('nothing was saved or archived, so nothing was tested');
  console.log(`torture: ${rounds} rounds, seed ${seed}: ${counts.saves} saves and ${archived.size} ready archives, nothing lost; killed ${JSON.stringify(counts.kills)}; ${counts.backups} backups under load with 0 differences, ${counts.killedBackups} killed and nothing left`);
  server.kill('SIGTERM');
  await until('the stop of the server', () => server.exitCode !== null || server.signalCode !== null);
  if (server.exitCode !== 0) throw new Error(`the server ended with ${server.exitCode ?? server.signalCode}`);
} catch (error) {
  console.error(`torture failed (seed ${seed}):`, error.message);
  process.exitCode = 1;
} finally {
  server?.kill('SIGKILL');
  await until('the end of PostgreSQL', () => !existsSync(join(data, 'pg15/data/postmaster.pid')), 20).catch(() => {});
  rmSync(data, { recursive: true, force: true });
}
