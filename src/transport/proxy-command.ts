import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

/**
 * Starts a ProxyCommand (ssh_config(5)): a program of the user's own configuration that speaks with the host on its standard
 * input and output. It ends with the stream.
 */
export function startProxyCommand(command: string): Duplex {
  const isWindows = process.platform === 'win32';
  const program = isWindows ? 'cmd.exe' : 'sh';
  const args = isWindows ? ['/d', '/c', command] : ['-c', `exec ${command}`];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  let hasSpoken = false;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-1000)));
  child.stdin.on('error', () => undefined);
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (child.stdin.write(chunk)) done();
      else child.stdin.once('drain', () => done());
    },
    final: (done) => {
      child.stdin.end();
      done();
    },
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    hasSpoken = true;
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.on('error', (error) => stream.destroy(error));
  child.on('close', (code) => {
    if (stream.destroyed) return;
    if (code === 0 && hasSpoken) stream.push(null);
    else stream.destroy(new Error(`the ProxyCommand ended with code ${code ?? 'none'}: ${said.trim()}`));
  });
  return stream;
}
