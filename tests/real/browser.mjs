// Signs in as a person does: opens the address in headless Chromium, types into the provider's login page, presses its
// buttons, and waits until the browser has come back to the app. It knows the pages of oidc-provider and of Keycloak.
// Usage: node browser.mjs CHROMIUM USER BUTTON LOG ADDRESS, where BUTTON is the one that is pressed on the page that asks
// for consent. `wellkept connect --browser` adds the address.

import { renameSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [executablePath, user, button, log, address] = process.argv.slice(2);
const seen = [];
const browser = await chromium.launch({ executablePath, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
try {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(30000);
  // The provider's page asks for a font of another site; nothing but this machine is reached.
  await page.route((url) => url.hostname !== '127.0.0.1', (route) => route.abort());
  page.on('framenavigated', (frame) => frame.url().startsWith('http') && seen.push(new URL(frame.url()).pathname));
  await page.goto(address);
  await page.fill('input[name=login], input[name=username]', user);
  await page.fill('input[name=password]', 'any');
  await page.click('button:has-text("Sign-in"), #kc-login');
  const keycloaks = page.locator(button === 'Cancel' ? '[name=cancel]' : '[name=accept]');
  await page.getByText(button).or(keycloaks).click();
  await page.waitForURL((url) => url.pathname === '/callback');
  const words = await page.innerText('body');
  tell({ words });
} catch (error) {
  tell({ error: String(error) });
  process.exitCode = 1;
} finally {
  await browser.close();
}

/** Whole or not at all: the test waits for the file. */
function tell(what) {
  writeFileSync(`${log}.new`, JSON.stringify({ seen, ...what }));
  renameSync(`${log}.new`, log);
}
