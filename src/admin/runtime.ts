/** `/runtime` and `/runtime_modify`: the layers of `layered_runtime`, and the values that are set over them. */
import { type AdminRoute, json, page, type Reply, text, verb } from './route.ts';

const USAGE =
  'usage: /runtime_modify?key1=value1&key2=value2&keyN=valueN\n' +
  '       or send the parameters as form values\n' +
  'use an empty value to remove a previously added override';

/** Keys are sorted; Envoy's come as its hash table has them. */
export const runtime: AdminRoute = page('/runtime', 'print runtime values', (_request, { view }) => {
  const { names, keys } = view.runtimeValues();
  const entries = Object.fromEntries(keys.map(({ key, final, values }) => [key, { final_value: final, layer_values: values }]));
  return json({ layers: names, entries });
});

export const runtimeModify: AdminRoute = {
  ...verb(
    '/runtime_modify',
    'Adds or modifies runtime values as passed in query parameters. An empty value takes back what was set here before; ' +
      'values of other layers can be covered and not removed. E.g. ?key1=value1&key2=value2...',
    async ({ params, form }, { view }): Promise<Reply> => {
      const given = params.size > 0 ? params : form;
      if (given === null || given.size === 0) return text(USAGE, 400);
      const changes = new Map<string, string>();
      // Of a key that is there twice the first counts.
      for (const [key, value] of given) if (!changes.has(key)) changes.set(key, value);
      return (await view.modifyRuntime(changes)) ? text('OK\n') : text('No admin layer specified', 503);
    },
  ),
  takesForm: true,
};
