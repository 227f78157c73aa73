// `npm run demo`: installs what is missing, packages the extension, starts a lab host and serves VS Code with both in it.
// `-- --desktop` uses the `code` on PATH instead of a browser, `-- --port N` a port of your choice. Ctrl-C ends everything.
import { parseArgs } from 'node:util';
import { ensureCodeServer } from './setup/code-server.mjs';
import { ensurePackages } from './setup/debian-packages.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { root } from './setup/paths.mjs';
import { run } from './setup/processes.mjs';
import { main, requireNode, StopError } from './setup/say.mjs';
import { requireTypeScript } from './setup/typescript.mjs';

await main(async () => {
  requireNode(20);
  const { desktop, port } = options();
  if (process.platform !== 'linux') {
    throw new StopError(
      'The demo makes a lab host of network namespaces, which only Linux has. Run it on a Linux machine.',
    );
  }
  await ensureNpmPackages();
  await ensurePackages(['lab host'], { askForRoot: true });
  if (!desktop) await ensureCodeServer({ askForRoot: true });
  await run(process.execPath, ['scripts/package.mjs', '--quiet'], { cwd: root });

  const { runDemo } = requireTypeScript('test/vscode/machinery/demo.ts');
  try {
    return await runDemo({ desktop, port });
  } catch (error) {
    throw new StopError(error instanceof Error ? error.message : String(error));
  }
});

function options() {
  try {
    const { values } = parseArgs({
      options: { desktop: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
    });
    const port = Number(values.port);
    if (Number.isInteger(port) && port >= 0 && port < 65536) return { desktop: values.desktop, port };
    throw new Error(`--port wants a number below 65536, not "${values.port}".`);
  } catch (error) {
    throw new StopError(`${error.message}\nUsage: npm run demo [-- --desktop] [-- --port N]`, 2);
  }
}
