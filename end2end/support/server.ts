import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A server with a data directory of its own, which can be stopped and started again (bin/test says which program). */
export class Server {
  private process?: ChildProcess;

  private constructor(
    private readonly data: string,
    private readonly address: string,
  ) {}

  static async start(): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), 'vitae-e2e-'));
    chmodSync(data, 0o755);
    const server = new Server(data, `127.0.0.1:${await freePort()}`);
    await server.up();
    return server;
  }

  get url() {
    return `http://${this.address}`;
  }

  async restart() {
    await this.down();
    await this.up();
  }

  /** Stops it, and removes all it has. */
  async end() {
    await this.down();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** What a query answers, one row a line. */
  query(sql: string): string {
    return execFileSync(process.env.VITAE!, ['psql', '--', '-At', '-c', sql], { env: this.env(), encoding: 'utf8' }).trim();
  }

  private env() {
    return { PATH: process.env.PATH, VITAE_DATA_DIR: this.data, LEPTOS_SITE_ADDR: this.address, RUST_LOG: 'warn' };
  }

  private async up() {
    const started = spawn(process.env.VITAE!, ['serve'], { env: this.env(), stdio: ['ignore', 'ignore', 'inherit'] });
    this.process = started;
    while (!(await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false))) {
      if (started.exitCode !== null) throw new Error('the server does not start');
      await new Promise((again) => setTimeout(again, 50));
    }
  }

  private async down() {
    const ended = once(this.process!, 'exit');
    this.process!.kill('SIGTERM');
    await ended;
  }
}
