import { defineConfig } from '@playwright/test';

const chromium = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
};

// Three ways to use the same site: files that end in .hydrate.spec.ts need the editor's script.
export default defineConfig({
  testDir: 'tests',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  forbidOnly: true,
  reporter: 'list',
  use: {
    baseURL: process.env.BASE_URL ?? 'http://127.0.0.1:3000',
    trace: 'retain-on-failure',
    launchOptions: chromium,
  },
  projects: [
    { name: 'hydrated', testIgnore: /\.(no-js|phone)\.spec\.ts$/, use: { viewport: { width: 1440, height: 900 } } },
    { name: 'no-js', testIgnore: /\.(hydrate|phone)\.spec\.ts$/, use: { javaScriptEnabled: false, viewport: { width: 1440, height: 900 } } },
    { name: 'phone', testMatch: /\.phone\.spec\.ts$/, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
});
