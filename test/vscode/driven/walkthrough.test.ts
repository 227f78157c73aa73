import assert from 'node:assert/strict';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session } from './session';

describe('The walkthrough, as a person sees it', function () {
  this.timeout(60_000);
  let session: Session;

  before(async () => {
    session = await Session.start([]);
  });
  after(() => session.close());
  afterEach(screenshotOnFailure(() => session));

  it('opens the first lab from its step, which is done then', async () => {
    const { page } = session.workbench;
    await session.workbench.runCommand('Welcome: Open Walkthrough...');
    await session.workbench.quickRows.filter({ hasText: 'Your First Network Lab' }).first().click();
    const step = page.locator('.getting-started-step', { hasText: 'Open the lab of the planets' });
    await step.click();
    const beside = page.frameLocator('iframe.webview').frameLocator('#active-frame');
    await beside.getByText('A lab as a file').waitFor();
    await session.screenshot('walkthrough');
    assert.equal(await step.locator('.codicon-getting-started-step-checked').count(), 0);
    await step.getByRole('button', { name: 'Open the Planets' }).click();
    await page
      .locator('.tab.active', { hasText: 'Untitled' })
      .or(page.locator('.tab.active', { hasText: 'name: planets' }))
      .first()
      .waitFor();
    await waitFor(
      'the planets in the editor',
      async () =>
        (await page.locator('.view-lines').first().textContent())?.replace(/\u00a0/g, ' ').includes('name: planets') ===
        true,
    );
    await session.workbench.runCommand('Welcome: Open Walkthrough...');
    await session.workbench.quickRows.filter({ hasText: 'Your First Network Lab' }).first().click();
    await step.locator('.codicon-getting-started-step-checked').first().waitFor();
  });
});
