// 500 logins at once: what they cost in memory, and whether others notice.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const LOGINS = 500;

/** Most that the server may grow by: two passwords compared at once at 19 MiB each, and 64 MiB for 500 requests. */
const ALLOWED = 2 * 19 + 64;

const resident = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** Lines that say what happened; throws if it was too much. */
export async function logins(base, pid) {
  const before = resident(pid);
  let peak = before;
  let going = true;
  const login = async (n) => {
    const answer = await fetch(`${base}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: base, 'x-forwarded-for': `10.${n >> 8}.${n & 255}.1` },
      body: new URLSearchParams({ email: `somebody-${n}@example.org`, password: `wrong horse battery ${n}` }),
    });
    await answer.text();
    return answer.status;
  };
  const times = [];
  const watching = (async () => {
    while (going) {
      const started = performance.now();
      await fetch(`${base}/privacy`).then((answer) => answer.text());
      times.push(performance.now() - started);
      peak = Math.max(peak, resident(pid));
    }
  })();
  const started = performance.now();
  const statuses = await Promise.all(Array.from({ length: LOGINS }, (_, n) => login(n)));
  const seconds = (performance.now() - started) / 1000;
  going = false;
  await watching;
  times.sort((a, b) => a - b);
  const p99 = times[Math.floor(times.length * 0.99)];
  const count = [...new Set(statuses)].map((status) => `${statuses.filter((other) => other === status).length} × ${status}`);
  if (peak > before + ALLOWED) throw new Error(`the server grew from ${before} to ${peak} MB`);
  return [
    `${LOGINS} logins at once: answered in ${seconds.toFixed(1)} s (${count.join(', ')})`,
    `Memory of the server: ${before.toFixed(0)} MB before, at most ${peak.toFixed(0)} MB (allowed: ${(before + ALLOWED).toFixed(0)} MB)`,
    `A static page meanwhile: ${times.length} times, median ${times[times.length >> 1].toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  ];
}
