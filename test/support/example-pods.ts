/** `examples/two-pods/run` as a child. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { podsMissing } from './netns.ts';

export const RUN = new URL('../../examples/two-pods/run', import.meta.url).pathname;
export const exampleMissing: string | null =
  podsMissing() ?? (spawnSync('curl', ['--version']).error === undefined ? null : 'curl is not installed');
const sources = { ...process.env, OUTRIGGER_SRC: '1' };

/** The example, when it has printed everything. */
export async function startExample(...args: readonly string[]) {
  const child = spawn(RUN, args, { stdio: ['ignore', 'pipe', 'pipe'], env: sources });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const exit = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C ends it.')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${text}`)));
  });
  /** The commands that it prints, by what the line above says. */
  const paste = (about: RegExp): { stdout: string; status: number | null } => {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => about.test(line));
    const { stdout, status } = spawnSync('bash', ['-c', lines[at + 1] ?? 'false'], { encoding: 'utf8' });
    return { stdout, status };
  };
  const stop = async (): Promise<string> => {
    child.kill('SIGINT');
    await exit;
    return text;
  };
  return { pid: child.pid ?? 0, paste, stop };
}
