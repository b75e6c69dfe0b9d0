/** GraphiQL as people use it: in a browser, where the machine has one; else its page is held against what it must hold. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHub } from '../server/start-hub.ts';
import { startHubWithRuns, type HubWithRuns } from './start-hub-with-runs.ts';

const executablePath = '/usr/bin/chromium';
const switches = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
const hasBrowser = existsSync(executablePath);

let hub: HubWithRuns;
beforeAll(async () => {
  hub = await startHubWithRuns();
});
afterAll(() => hub.close());

if (hasBrowser) testInBrowser();
else testPage();

function testInBrowser(): void {
  let browser: Browser;
  let page: Page;
  const origins = new Set<string>();
  const refused: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: switches });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) refused.push(message.text());
    });
    page.on('request', (request) => origins.add(new URL(request.url()).origin));
    await page.goto(`${hub.url}/graphql`);
    await page.locator('.graphiql-execute-button').waitFor();
  });
  afterAll(() => browser.close());

  /** Executes what the tab of this name holds. */
  async function execute(tab: string): Promise<void> {
    await page.locator('.graphiql-tab-button', { hasText: tab }).click();
    const readDocument = () => page.locator('.graphiql-query-editor').innerText();
    await expect.poll(readDocument, { timeout: 20_000 }).toContain(tab);
    // GraphiQL learns which operation a tab holds only some time after it shows it.
    await page.waitForTimeout(2000);
    await page.locator('.graphiql-execute-button').click();
  }

  /** Waits until the answer shows a text. */
  async function seeAnswer(text: string): Promise<void> {
    // The editor writes blanks that do not break.
    const readAnswer = async () =>
      (await page.locator('.result-window').innerText()).replaceAll('\u00a0', ' ');
    await expect.poll(readAnswer, { timeout: 20_000 }).toContain(text);
  }

  test('its first tab answers a query', { timeout: 60_000 }, async () => {
    await execute('Templates');
    await seeAnswer('"totalCount": 25');
  });

  test('its last tab shows a run as it goes', { timeout: 60_000 }, async () => {
    // The tab watches the run whose number is 1.
    const { databaseId } = await hub.startRun();
    expect(databaseId).toBe(1);
    await execute('Progress');
    await seeAnswer('"status": "QUEUED"');
    await hub.replicator.advance(databaseId);
    await seeAnswer('"status": "RUNNING"');
    await hub.replicator.finish(databaseId, 'SUCCEEDED');
    await seeAnswer('"outcome": "SUCCEEDED"');
  });

  test('its browser executes no script but its own', async () => {
    expect(refused).toEqual([]);
    const executed = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.executed = true';
      document.head.append(script);
      return 'executed' in window;
    });
    expect(executed).toBe(false);
    expect(refused).toHaveLength(1);
  });

  test('with a token it opens for who gives it as a password, and answers', { timeout: 60_000 }, async () => {
    const apiToken = 'a-token-that-is-long-enough-for-this';
    const closed = await startHub({ settings: { apiToken } });
    try {
      const context = await browser.newContext({ httpCredentials: { username: 'any', password: apiToken } });
      const behind = await context.newPage();
      await behind.goto(`${closed.url}/graphiql`);
      await behind.locator('.graphiql-execute-button').click();
      const readAnswer = () => behind.locator('.result-window').innerText();
      await expect.poll(readAnswer, { timeout: 20_000 }).toContain('"data"');
      await context.close();
    } finally {
      await closed.close();
    }
  });

  test('it asks nothing of anyone else', () => {
    // What a page holds itself (data: and workers of it) has the origin "null" or that of the page.
    expect(origins.difference(new Set(['null']))).toEqual(new Set([hub.url]));
  });
}

function testPage(): void {
  test('its page holds everything, and the tabs that tell the story', async () => {
    const page = await fetch(`${hub.url}/graphql`, { headers: { accept: 'text/html' } });
    const html = await page.text();
    expect(html).not.toMatch(/<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?:https?:)?\/\//);
    expect(html).toContain('GRAPHQL_SSE');
    for (const name of ['query Templates', 'subscription Progress']) expect(html).toContain(name);
  });
}
