import { LOG_LEVELS, type LogLevel, parseLogLevel } from '../base/log.ts';
import { type AdminContext, type AdminRequest, type AdminRoute, type Reply, text, verb } from './route.ts';
import type { AdminView } from './view.ts';

const USAGE =
  'usage: /logging?<name>=<level> (change single level)\n' +
  'usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)\n' +
  'usage: /logging?level=<level> (change all levels)\n' +
  'usage: /logging?group=<group_name>:<level> (change group of loggers)\n' +
  `levels: ${LOG_LEVELS.join(' ')} \n`;

/** Without a parameter it tells the levels; with one it changes them first. */
function answer({ params }: AdminRequest, { view }: AdminContext): Reply {
  const error = change(params, view);
  const levels = `active loggers:\n${view
    .logLevels()
    .map(([name, level]) => `  ${name}: ${level}\n`)
    .join('')}\n`;
  return error === null ? text(levels) : text(`error: ${error}\n\n${USAGE}${levels}`, 400);
}

function change(params: URLSearchParams, view: AdminView): string | null {
  // The form of the home page sends its empty fields too.
  const [only, ...more] = [...params].filter(([, value]) => value !== '');
  if (only === undefined) return null;
  if (more.length > 0) return 'invalid number of parameters';
  const [name, value] = only;
  if (name === 'level') return apply([[null, value]], view);
  if (name === 'group') return 'group parameter requires fine-grain logging to be enabled';
  if (name !== 'paths') return apply([[name, value]], view);
  const pairs = value.split(',').map((pair) => pair.split(':'));
  return apply(
    pairs.map(([component = '', level = '']) => [component, level]),
    view,
  );
}

/** All of the changes, or none of them. */
function apply(changes: readonly (readonly [string | null, string])[], view: AdminView): string | null {
  const known = new Set(view.logLevels().map(([name]) => name));
  const parsed: [string | null, LogLevel][] = [];
  for (const [component, text] of changes) {
    if (component === '' || text === '') return 'empty logger name or empty logger level';
    const level = parseLogLevel(text);
    if (level === undefined) return 'unknown logger level';
    if (component !== null && !known.has(component)) return 'unknown logger name';
    parsed.push([component, level]);
  }
  for (const [component, level] of parsed) view.setLogLevel(component, level);
  return null;
}

export const logging: AdminRoute = verb('/logging', 'query/change logging levels', answer, [
  { name: 'paths', help: 'Change multiple logging levels by setting to <logger_name1>:<desired_level1>,<logger_name2>:<desired_level2>' },
  { name: 'level', help: "desired logging level, this will change all loggers's level", oneOf: ['', ...LOG_LEVELS] },
]);
