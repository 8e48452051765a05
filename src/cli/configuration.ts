/** `-c` and `--config-yaml` → one bootstrap, or everything that is wrong with them as text. */
import type { Message } from '../api/index.ts';
import type { Problem } from '../base/errors.ts';
import { renderProblems } from '../config/excerpt.ts';
import { loadBootstrap, readConfigFile } from '../config/load.ts';
import type { ParsedText } from '../config/source.ts';
import type { Flags } from './flags.ts';

export interface Configuration {
  readonly bootstrap: Message<'envoy.config.bootstrap.v3.Bootstrap'>;
  readonly unknownFields: readonly string[];
  /** Problems that were found later, with their places in the text. */
  render(problems: readonly Problem[]): string;
}

export type ConfigurationResult = Configuration | { readonly report: string };

export function readConfiguration(flags: Flags): ConfigurationResult {
  const texts: { file: string; text: string }[] = [];
  if (flags.configPath !== '') {
    const file = readConfigFile(flags.configPath);
    if ('code' in file) return { report: renderProblems([file], []) };
    texts.push(file);
  }
  if (flags.configYaml !== '') texts.push({ file: '--config-yaml', text: flags.configYaml });
  const loaded = loadBootstrap(texts, { allowUnknownFields: flags.allowUnknownStaticFields });
  if ('problems' in loaded) return { report: renderProblems(loaded.problems, loaded.texts) };
  const { message, unknownFields, positions } = loaded;
  const parsed: readonly ParsedText[] = loaded.texts;
  return {
    bootstrap: message,
    unknownFields,
    render: (problems) =>
      renderProblems(
        problems.map((problem) => positions.locate(problem)),
        parsed,
      ),
  };
}
