import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect } from '@playwright/test';
import { freePort } from './server';

/** WebKitGTK, the nearest thing to Safari that can be had, through its own WebDriver: Playwright's WebKit is a download. */
export class WebKit {
  private constructor(
    private readonly address: string,
    private readonly session: string,
    private readonly processes: ChildProcess[],
  ) {}

  /** A browser that draws without a graphics card, on a screen that nobody sees. */
  static async start(): Promise<WebKit> {
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1500x1000x24'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [display] = await once(screen.stdio[3] as Readable, 'data');
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${String(display).trim()}`, WEBKIT_DISABLE_DMABUF_RENDERER: '1' };
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
    const address = `http://127.0.0.1:${port}`;
    await expect(async () => expect((await fetch(`${address}/status`)).ok).toBe(true)).toPass();
    const answer = await fetch(`${address}/session`, { method: 'POST', body: JSON.stringify({ capabilities: {} }) });
    const { value } = (await answer.json()) as { value: { sessionId: string } };
    return new WebKit(address, value.sessionId, [driver, screen]);
  }

  async end() {
    await this.send('DELETE', '').catch(() => {}); // It may be gone already.
    for (const process of this.processes) {
      process.kill();
      if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
    }
  }

  async goto(url: string) {
    await this.send('POST', '/url', { url });
  }

  /** What a script answers in the page. */
  run<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.send('POST', '/execute/sync', { script, args }) as Promise<T>;
  }

  /** Waits until a script answers this; while a page is being left there is nobody to ask. */
  async until(script: string, expected: unknown = true) {
    const asked = async () => expect(await this.run(`return ${script}`)).toEqual(expected);
    await expect(asked).toPass({ timeout: 20_000, intervals: [50, 100, 200] });
  }

  /** Clicks the first element of a selector, as soon as it is there. */
  async click(selector: string) {
    await this.until(`document.querySelector(${JSON.stringify(selector)}) !== null`);
    await this.run('document.querySelector(arguments[0]).click()', selector);
  }

  /** Types with the keyboard into the first element of a selector. */
  async type(selector: string, text: string) {
    await this.until(`document.querySelector(${JSON.stringify(selector)})?.matches(':enabled') ?? false`);
    const element = (await this.send('POST', '/element', { using: 'css selector', value: selector })) as Record<string, string>;
    await this.send('POST', `/element/${Object.values(element)[0]}/value`, { text });
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.address}/session/${this.session}${path}`, { method, body: body && JSON.stringify(body) } as RequestInit);
    const { value } = (await answer.json()) as { value: { error?: string; message?: string } | null };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error} ${value?.message}`);
    return value;
  }
}
