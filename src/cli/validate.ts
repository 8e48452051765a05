/** `outrigger validate`: every mistake of every file at once. Exit code 1 when there is one. */
import type { Problem } from '../base/errors.ts';
import { paintFor } from '../base/paint.ts';
import { check } from './check.ts';
import type { Flags } from './flags.ts';
import type { Host } from './main.ts';
import { complain, print } from './output.ts';

/** One line of `--format json`. Absent where nothing is known: `line` and `column` count from 1. */
interface Finding {
  readonly severity: 'error' | 'warning';
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Permanent: tools may match it. */
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

export async function validate(flags: Flags, host: Host): Promise<number> {
  const files = flags.files.length > 0 ? flags.files : [''];
  let bad = false;
  for (const file of files) {
    const { problems, warnings, render } = await check(flags, host, file);
    const name = file || (flags.configYaml === '' ? '--from/--to' : '--config-yaml');
    bad ||= problems.length > 0;
    if (flags.format === 'json') {
      const findings = [...problems.map((each) => finding('error', each)), ...warnings.map((each) => finding('warning', each))];
      await print(`${JSON.stringify({ configuration: name, valid: problems.length === 0, findings })}\n`);
      continue;
    }
    const paint = paintFor(process.stderr, host.environment);
    if (warnings.length > 0) await complain(`${render(warnings, paint, 'warning')}\n`);
    if (problems.length > 0) await complain(`${render(problems, paint)}\n`);
    else await print(`configuration '${name}' ${paintFor(process.stdout, host.environment).good('OK')}\n`);
  }
  return bad ? 1 : 0;
}

function finding(severity: Finding['severity'], { code, path, message, hint, position }: Problem): Finding {
  return { severity, ...position, code, path, message, ...(hint === undefined ? {} : { hint }) };
}
