// One guest floods a server that has its default limits with uploads that never come to their file, while another person
// opens the list of CVs: node flood.mjs VITAE [SECONDS]. Fails if the server takes 150 MB or more, or if one page of a
// hundred takes 100 ms or more.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const UPLOADS = 40;
const MOST_MEGABYTES = 150;
const MOST_MILLISECONDS = 100;

/** One upload after another, half a second apart, until the time is over; counts them and what was sent. */
function flood({ port, cookie, begin }, until, counts) {
  const head = `POST /resumes/import HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\ncookie: ${cookie}\r\n` +
    `content-type: multipart/form-data; boundary=limit\r\ncontent-length: ${66 * 1024 * 1024}\r\n\r\n`;
  const more = Buffer.alloc(64 * 1024, 'x');
  return new Promise((resolve) => {
    const upload = () => {
      if (performance.now() > until) return resolve();
      counts.uploads++;
      const socket = connect(port, '127.0.0.1');
      const send = () => { while (performance.now() < until && socket.writable && socket.write(more)); };
      const over = setTimeout(() => socket.destroy(), until - performance.now());
      socket.on('connect', () => { socket.write(head + begin); send(); });
      socket.on('drain', send);
      socket.on('data', () => socket.destroy());
      socket.on('error', () => {});
      socket.on('close', () => { clearTimeout(over); counts.bytes += socket.bytesWritten; setTimeout(upload, 500); });
    };
    upload();
  });
}

async function main() {
  const [vitae, seconds] = [process.argv[2], Number(process.argv[3] ?? 10)];
  const port = 3000 + (process.pid % 20000) + 10000;
  const base = `http://127.0.0.1:${port}`;
  const data = mkdtempSync(join(tmpdir(), 'vitae-flood-'));
  chmodSync(data, 0o755);
  const server = spawn(vitae, ['serve'], {
    env: { PATH: process.env.PATH, VITAE_DATA_DIR: data, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, RUST_LOG: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  const megabytes = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;
  const at = (times, part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];

  async function guest() {
    const answer = await fetch(`${base}/guest`, { method: 'POST', redirect: 'manual', headers: { origin: base } });
    return answer.headers.getSetCookie()[0].split(';')[0];
  }

  /** Milliseconds that the list of somebody else's CVs takes, one page after another. */
  async function pages(cookie, until) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const page = () => new Promise((resolve, reject) => {
      const began = performance.now();
      const asked = request(`${base}/resumes`, { agent, headers: { cookie } }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`/resumes: ${answer.statusCode}`));
        answer.resume().on('end', () => resolve(performance.now() - began));
      });
      asked.on('error', reject).end();
    });
    for (let n = 0; n < 20; n++) await page();
    const times = [];
    while (performance.now() < until()) times.push(await page());
    agent.destroy();
    return times.sort((a, b) => a - b);
  }

  try {
    while (!(await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false))) {
      if (server.exitCode !== null) throw new Error('the server does not start');
      await pause(25);
    }
    const [attacker, other] = [await guest(), await guest()];
    const quiet = performance.now() + 2000;
    const before = await pages(other, () => quiet);
    let failed = false;
    console.log(`\nBefore: ${megabytes().toFixed(0)} MB, a page in ${at(before, 0.99).toFixed(1)} ms (p99)\n`);
    console.log(`| ${UPLOADS} uploads at once by one guest | server at most | page p99 | uploads | sent |\n|---|---|---|---|---|`);
    for (const [what, begin] of [['a head without an end', '--limit\r\nx: '], ['no field at all', '']]) {
      // In a thread of its own, so that what is measured is the server.
      const flooding = new Worker(new URL(import.meta.url), { workerData: { port, cookie: attacker, begin, seconds } });
      const over = once(flooding, 'message');
      const until = performance.now() + seconds * 1000;
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, megabytes())), 20);
      const times = await pages(other, () => until);
      const [counts] = await over;
      clearInterval(watch);
      const p99 = at(times, 0.99);
      failed ||= most >= MOST_MEGABYTES || p99 >= MOST_MILLISECONDS;
      console.log(`| ${what} | ${most.toFixed(0)} MB | ${p99.toFixed(1)} ms | ${counts.uploads} | ${(counts.bytes / 1e6).toFixed(0)} MB |`);
    }
    if (failed) {
      console.error('The server took more than it may.');
      process.exitCode = 1;
    }
  } finally {
    if (server.kill('SIGTERM')) await once(server, 'exit');
    rmSync(data, { recursive: true, force: true });
  }
}

if (!isMainThread) {
  const until = performance.now() + workerData.seconds * 1000;
  const counts = { uploads: 0, bytes: 0 };
  await Promise.all(Array.from({ length: UPLOADS }, () => flood(workerData, until, counts)));
  parentPort.postMessage(counts);
} else {
  await main();
}
