// From a keystroke to the changed page in Chromium: node latency.mjs BASE_URL. Run by load.mjs against its server.
import { chromium } from '@playwright/test';

/** Of the editor (src/ui/pages/editor/previewing.rs): the pages follow a pause of typing, which is not counted. */
const PAUSE = 120;
const KEYSTROKES = 60;

/** Milliseconds from each keystroke to the frame that shows it, without the pause; sorted. */
export async function latencies(base) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, baseURL: base });
    await page.goto('/');
    await page.getByRole('button', { name: /no account needed/i }).first().click();
    await page.goto('/resumes');
    await page.request.post('/resumes', { form: { name: 'Latency', from: 'sample' }, headers: { origin: base } });
    await page.goto('/resumes');
    await page.getByRole('link', { name: 'Latency' }).first().click();
    const headline = page.getByLabel('Headline');
    // The field takes text once the editor's script runs.
    await headline.click();
    const times = [];
    for (let n = -5; n < KEYSTROKES; n++) {
      const time = await headline.evaluate((field, text) => new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`"${text}" is not on the page after 10 s`)), 10_000);
        const shown = () => document.querySelector('.desk').textContent.includes(text);
        const observer = new MutationObserver(() => {
          if (!shown()) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - started));
        });
        observer.observe(document.querySelector('.desk'), { subtree: true, childList: true, characterData: true });
        const started = performance.now();
        field.value = text;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }), `Keystroke ${n} of many`);
      if (n >= 0) times.push(time - PAUSE);
    }
    return times.sort((a, b) => a - b);
  } finally {
    await browser.close();
  }
}
