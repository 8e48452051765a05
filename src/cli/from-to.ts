/** `--from` and `--to` → the text of a bootstrap. Names are looked up once, at the start. */
import { isIP } from 'node:net';
import type { Problem } from '../base/errors.ts';
import type { ConfigText } from '../config/source.ts';
import type { Pair } from './endpoint.ts';
import { fromToBootstrap, type ResolvedPair } from './from-to-template.ts';

/** As positions call the text. */
export const FROM_TO = '--from/--to';

export async function textOf(pairs: readonly Pair[]): Promise<ConfigText | { readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  const addresses = async (flag: string, host: string): Promise<readonly string[]> => {
    if (isIP(host) !== 0) return [host];
    try {
      const { lookup } = process.getBuiltinModule('node:dns/promises');
      const all = await lookup(host, { all: true, order: 'ipv4first' });
      // One family: hosts of the other may not be reachable from here.
      return all.filter(({ family }) => family === all[0]?.family).map(({ address }) => address);
    } catch {
      problems.push({
        code: 'unresolved',
        path: '',
        message: `${flag}: nothing is known about the name "${host}"`,
        hint: 'give an address',
      });
      return [];
    }
  };
  const resolved = await Promise.all(
    pairs.map(async ({ from, to }): Promise<ResolvedPair> => {
      const [own = from.host] = await addresses(`--from ${from.text}`, from.host);
      return { from: { address: own, port: from.port }, to: { addresses: await addresses(`--to ${to.text}`, to.host), port: to.port } };
    }),
  );
  if (problems.length > 0) return { problems };
  return { file: FROM_TO, text: JSON.stringify(fromToBootstrap(resolved), null, 2) };
}

/** Problems of what the pairs stand for, at the flag that is meant instead of a place in a text that nobody wrote. */
export function blameFlags(problems: readonly Problem[], pairs: readonly Pair[]): Problem[] {
  return problems.map((problem) => {
    const [, list, index] = /^static_resources\.(listeners|clusters)\[(\d+)\]/.exec(problem.path) ?? [];
    const pair = pairs[Number(index)];
    if (list === undefined || pair === undefined) return problem;
    const { position: _, ...rest } = problem;
    return { ...rest, path: list === 'listeners' ? `--from ${pair.from.text}` : `--to ${pair.to.text}` };
  });
}
