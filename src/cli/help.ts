/** What `--help` prints: what a newcomer types first, then every flag. */
import { NAME, VERSION } from '../base/version.ts';
import { FLAGS, type FlagSpec } from './flag-table.ts';

const TITLES: readonly (readonly [group: FlagSpec['group'], title: string])[] = [
  ['common', 'Often used'],
  ['config', 'Configuration'],
  ['log', 'Logs'],
  ['node', 'Who this proxy is'],
  ['other', 'Other'],
];

/** Columns before the explanation. */
const INDENT = 33;
const WIDTH = 100;

export function helpText(): string {
  const parts = [
    `${NAME} ${VERSION}: a sidecar proxy that speaks Envoy's configuration\n`,
    'Usage\n' +
      `  ${NAME} -c envoy.yaml                     serve (the same as: ${NAME} run -c envoy.yaml)\n` +
      `  ${NAME} --from :8080 --to :3000           serve without a file: pass requests on to a service\n` +
      `  ${NAME} run -c envoy.yaml -- npm test     serve while a program runs, and exit with its code\n` +
      `  ${NAME} validate envoy.yaml …             say what is wrong, with line and column, and leave\n` +
      `  ${NAME} wait [url]                        ask http://127.0.0.1:15000/ready until it says yes\n` +
      `  ${NAME} schema                            print the JSON Schema of the files that it takes, for editors\n` +
      `  ${NAME} version\n`,
    `Try\n  ${NAME} -c examples/quickstart/envoy.yaml, or npm start, which brings a service to talk to\n`,
    ...TITLES.map(([group, title]) => `${title}\n${flagsOf(group).map(line).join('')}`),
    `Of Envoy, accepted and without effect here\n${wrap(names('none'), 2, 2)}`,
    'The program behind -- finds the real addresses in OUTRIGGER_URL, OUTRIGGER_PORT, OUTRIGGER_ADMIN and, for each listener,\n' +
      'OUTRIGGER_ADDRESS_<NAME> and OUTRIGGER_PORT_<NAME>; signals are passed on to it.\n',
    'Ctrl-C or SIGTERM: finish what runs, exit 0; a second one ends at once. SIGUSR1: open log files again.\n',
  ];
  return parts.join('\n');
}

function flagsOf(group: FlagSpec['group']): [string, FlagSpec][] {
  return Object.entries(FLAGS as Readonly<Record<string, FlagSpec>>).filter(([, spec]) => spec.group === group);
}

function names(group: FlagSpec['group']): string {
  return flagsOf(group)
    .map(([name]) => `--${name}`)
    .join(' ');
}

function line([name, spec]: [string, FlagSpec]): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const left = `  ${short}--${name}${spec.value === undefined ? '' : ` <${spec.value}>`}`;
  const help = wrap(spec.help, INDENT, INDENT);
  return left.length < INDENT ? left.padEnd(INDENT) + help.slice(INDENT) : `${left}\n${help}`;
}

/** Lines of at most WIDTH columns, all indented; ends in a line end. */
function wrap(text: string, first: number, rest: number): string {
  let out = ' '.repeat(first);
  let column = first;
  for (const word of text.split(' ')) {
    if (column + word.length > WIDTH) {
      out = `${out.trimEnd()}\n${' '.repeat(rest)}`;
      column = rest;
    }
    out += `${word} `;
    column += word.length + 1;
  }
  return `${out.trimEnd()}\n`;
}
