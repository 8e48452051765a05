/** `-c`, `--config-yaml`, `--from` and `--to` → one bootstrap, or everything that is wrong with them. */
import type { Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import type { Paint } from '../base/paint.ts';
import { renderProblems, type Severity } from '../config/excerpt.ts';
import { loadBootstrap, readConfigFile } from '../config/load.ts';
import type { PositionIndex } from '../config/position-index.ts';
import type { ConfigText, SourceLines } from '../config/source.ts';
import type { Flags } from './flags.ts';
import { blameFlags, textOf } from './from-to.ts';

export interface Configuration {
  readonly bootstrap: Message<'envoy.config.bootstrap.v3.Bootstrap'>;
  readonly unknownFields: readonly string[];
  /** Problems that were found later, with their places. */
  locate(problems: readonly Problem[]): readonly Problem[];
  /** As a person reads them, with their places in the text. */
  render(problems: readonly Problem[], paint?: Paint, severity?: Severity): string;
}

export interface BadConfiguration {
  readonly problems: readonly Problem[];
  /** The problems as a person reads them. */
  render(problems: readonly Problem[], paint?: Paint, severity?: Severity): string;
  /** Without the broken parts; null when nothing can be made of it. */
  readonly rest: (Configuration & { readonly violations: readonly string[] }) | null;
}

export type ConfigurationResult = Configuration | BadConfiguration;

/** `file`: instead of `-c`, '' for none. */
export async function readConfiguration(flags: Flags, file: string = flags.configPath): Promise<ConfigurationResult> {
  const texts: ConfigText[] = [];
  if (file !== '') {
    const read = readConfigFile(file);
    if ('code' in read) return hopeless([read]);
    texts.push(read);
  }
  if (flags.pairs.length > 0) {
    const text = await textOf(flags.pairs);
    if ('problems' in text) return hopeless(text.problems);
    texts.push(text);
  }
  if (flags.configYaml !== '') texts.push({ file: '--config-yaml', text: flags.configYaml });
  const loaded = loadBootstrap(texts, { allowUnknownFields: flags.allowUnknownStaticFields });
  const render: BadConfiguration['render'] = (problems, paint, severity) => renderProblems(problems, loaded.texts, paint, severity);
  const configuration = ({ message, unknownFields, positions }: Parts): Configuration => {
    const locate = (problems: readonly Problem[]): readonly Problem[] =>
      blameFlags(
        problems.map((problem) => positions.locate(problem)),
        flags.pairs,
      );
    return { bootstrap: message, unknownFields, locate, render: (problems, paint, severity) => render(locate(problems), paint, severity) };
  };
  if (!('problems' in loaded)) return configuration(loaded);
  return {
    problems: loaded.problems,
    render,
    rest: loaded.rest === null ? null : { ...configuration(loaded.rest), violations: loaded.rest.violations },
  };
}

interface Parts {
  readonly message: Message<'envoy.config.bootstrap.v3.Bootstrap'>;
  readonly unknownFields: readonly string[];
  readonly positions: PositionIndex;
}

function hopeless(problems: readonly Problem[]): BadConfiguration {
  const none: readonly SourceLines[] = [];
  return { problems, render: (all, paint, severity) => renderProblems(all, none, paint, severity), rest: null };
}
