// The kill test: saves and archives go on while the server, a worker or PostgreSQL is killed (-9) at a random moment.
// After each kill: every save that was acknowledged is there, and every archive that is ready has its object. Then as
// many backups are made at random moments under the same load, each proven by restoring it, some killed on the way. At
// last the daily job (with the server, under load), restores and prunings are killed at random moments: everything that was
// saved and archived is there, and so is each backup that has its name, with all that belongs to it.
//
//   node torture.mjs VITAE ROUNDS SEED
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [vitae, rounds, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const port = 3000 + (process.pid % 20000) + 10000;
const base = `http://127.0.0.1:${port}`;
const data = mkdtempSync(join(tmpdir(), 'vitae-torture-'));
chmodSync(data, 0o755);
const environment = { PATH: process.env.PATH, VITAE_DATA_DIR: data, LIMIT_SIGN_UPS: '100000', LIMIT_REQUESTS: '100000', LIMIT_USER_ARCHIVES: '1000000', LIMIT_USER_MB: '1000000', LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, BACKUP_AT: 'off', RUST_LOG: 'error' };

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

function start(more = {}) {
  server = spawn(vitae, ['serve'], { env: { ...environment, ...more }, stdio: ['ignore', 'ignore', 'inherit'] });
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
const counts = { saves: 0, archives: 0, kills: {}, backups: 0, killedBackups: 0, daily: 0, killedDaily: 0, restores: 0, killedRestores: 0, prunings: 0, killedPrunings: 0 };

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

const listed = () => readdirSync(join(data, 'backups')).filter((name) => name.startsWith('cv_') && name.endsWith('.sql.gz')).sort();

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

const run = (...command) => execFileSync(vitae, command, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const sql = (statement) => run('psql', '--', '-At', '-c', statement).trim();
const folder = join(data, 'backups');

// A command that is killed at a random moment; answers whether it came to its end before.
async function killed(most, ...command) {
  const running = spawn(vitae, command, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  running.stderr.on('data', (piece) => (words += piece));
  const ended = new Promise((resolve) => running.once('close', resolve));
  await Promise.race([pause(random() * most), ended]);
  running.kill('SIGKILL');
  const code = await ended;
  if (code !== 0 && code !== null) throw new Error(`${command.join(' ')}: ${words}`);
  return code === 0;
}

// What has the name of a backup is whole, with its companions and the copies of all archived PDFs that it names.
function wholeBackups(round, what) {
  for (const name of listed()) {
    const [sum] = readFileSync(join(folder, `${name}.sha256`), 'utf8').split(' ');
    if (sha256(readFileSync(join(folder, name))) !== sum) throw new Error(`round ${round} (${what}): ${name} is not what it was`);
    for (const { key, sha256: hash } of JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')).objects) {
      const copy = join(folder, 'objects', key);
      if (!existsSync(copy) || sha256(readFileSync(copy)) !== hash) throw new Error(`round ${round} (${what}): ${name} has no copy of ${key}`);
    }
  }
}

async function stop(signal) {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await ended;
}

// The server with its daily job, which is due whenever it starts; killed with it.
async function daily(round) {
  const copies = JSON.parse(readFileSync(join(folder, `${listed().at(-1)}.json`), 'utf8')).objects;
  if (copies.length && !existsSync(join(folder, 'lost-archives.json'))) {
    writeFileSync(join(folder, 'objects', copies[Math.floor(random() * copies.length)].key), 'damaged');
  }
  const before = listed();
  await stop('SIGTERM');
  await start({ BACKUP_AT: '00:00' });
  let going = true;
  const work = [saving(1, () => going), saving(2, () => going), archiving(2, () => going)];
  const most = random() < 0.3 ? 60_000 : 1500;
  const made = () => listed().length > before.length;
  const deadline = Date.now() + random() * most;
  while (Date.now() < deadline && !(most > 1500 && made())) await pause(25);
  await stop('SIGKILL');
  going = false;
  await Promise.all(work);
  await start();
  counts[made() ? 'daily' : 'killedDaily']++;
  // Whatever was damaged, the next backup mends.
  run('backup', 'create', '--verify');
  wholeBackups(round, 'daily');
  // Due again.
  for (const name of listed().filter((name) => !before.includes(name)).slice(0, -1)) {
    for (const ending of ['', '.sha256', '.json', '.verified']) rmSync(join(folder, name + ending), { force: true });
  }
}

// Nothing is written meanwhile, so the old database and the new one are the same.
async function restore(round) {
  run('backup', 'create', '--verify');
  const whole = await killed(2500, 'restore', '--yes', '--while-serving', listed().at(-1));
  counts[whole ? 'restores' : 'killedRestores']++;
  const here = async () => (await ready()) && Number(sql('select count(*) from resumes')) === resumes.size;
  await until('the database', () => here().catch(() => false));
  cookie = undefined;
  await form('/login', account);
  await verify(round, 'restore');
  run('restore', '--remove-old', '--yes');
}

async function prune(round) {
  const newest = listed().at(-1);
  for (let day = 10; day < 20; day++) {
    for (const ending of ['', '.sha256', '.json', '.verified']) {
      copyFileSync(join(folder, newest + ending), join(folder, `cv_database_2020-01-${day}_03-00-00.sql.gz${ending}`));
    }
  }
  const whole = await killed(150, 'backup', 'prune', '--daily', '1', '--weekly', '0', '--monthly', '0');
  counts[whole ? 'prunings' : 'killedPrunings']++;
  if (listed().at(-1) !== newest) throw new Error(`round ${round} (prune): the newest backup is gone`);
  wholeBackups(round, 'prune');
}

const account = { email: 'torture@example.org', password: 'correct horse battery staple' };

try {
  await start();
  await form('/signup', account);
  for (const name of ['First', 'Second']) await form('/resumes', { name, from: 'sample' });
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
  // The daily job backs up what was there before its time.
  sql("update users set created_at = created_at - interval '3 days'");
  const more = rounds < 50 ? 0 : Math.ceil(rounds / 3);
  for (let round = 1; round <= more; round++) {
    await daily(round);
    await verify(round, 'daily');
  }
  for (let round = 1; round <= more; round++) await restore(round);
  for (let round = 1; round <= more; round++) await prune(round);
  // What the killed ones left behind, the next one removes.
  run('backup', 'create', '--verify');
  await verify(rounds, 'end');
  const left = sql("select datname from pg_database where datname like '%\\_scratch\\_%' union select rolname from pg_roles where rolname like '%\\_scratch\\_%'");
  if (left) throw new Error(`left over: ${left}`);
  if (counts.saves === 0 || archived.size === 0) throw new Error('nothing was saved or archived, so nothing was tested');
  console.log(`torture: ${rounds} rounds, seed ${seed}: ${counts.saves} saves and ${archived.size} ready archives, nothing lost; killed ${JSON.stringify(counts.kills)}; ${counts.backups} backups under load with 0 differences, ${counts.killedBackups} killed and nothing left; killed on their way: ${counts.killedDaily} of ${counts.daily + counts.killedDaily} daily jobs, ${counts.killedRestores} of ${counts.restores + counts.killedRestores} restores, ${counts.killedPrunings} of ${counts.prunings + counts.killedPrunings} prunings`);
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
