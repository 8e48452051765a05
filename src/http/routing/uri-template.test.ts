import t from 'tap';
import { fromJson } from '../../api/index.ts';
import { Problems } from '../../base/errors.ts';
import type { StreamInfo } from '../../telemetry/stream-info.ts';
import { Headers } from '../headers.ts';
import { pathEnd } from './path-match.ts';
import { compileTemplate, compileTemplateRewrite } from './uri-template.ts';

/** Templates look at neither. */
const HEAD = new Headers();
const INFO = null as unknown as StreamInfo;

const TYPES = 'type.googleapis.com/envoy.extensions.path';

function match(path_template: string, problems = new Problems()) {
  const typed_config = { '@type': `${TYPES}.match.uri_template.v3.UriTemplateMatchConfig`, path_template };
  return compileTemplate(fromJson('envoy.config.core.v3.TypedExtensionConfig', { name: 'x', typed_config }), problems);
}

function rewrite(template: string, path_template_rewrite: string, problems = new Problems()) {
  const path = match(template);
  const typed_config = { '@type': `${TYPES}.rewrite.uri_template.v3.UriTemplateRewriteConfig`, path_template_rewrite };
  const extension = fromJson('envoy.config.core.v3.TypedExtensionConfig', { name: 'x', typed_config });
  return path === null ? null : compileTemplateRewrite(extension, path, problems);
}

t.test('templates match segments, rests and suffixes, as a real Envoy did', (t) => {
  const cases: Record<string, { yes: string[]; no: string[] }> = {
    '/users/{id}': {
      yes: [
        '/users/7',
        '/users/7?x=1',
        '/users/a%20b',
        '/users/a+b',
        '/users/a~b',
        '/users/a@b',
        '/users/a:b',
        "/users/a'b",
        '/users/a=b',
        '/users/a*b',
      ],
      no: ['/users/', '/users/7/', '/users', '/users/a"b', '/users/a|b', '/x/users/7'],
    },
    '/a/{x=*}/b/{y=**}': { yes: ['/a/1/b/2/3', '/a/1/b/'], no: ['/a/1/b', '/a//b/c'] },
    '/img/{name}.png': { yes: ['/img/cat.png'], no: ['/img/.png', '/img/cat.jpg', '/img/catxpng'] },
    '/v/{all=a/*/c}/end': { yes: ['/v/a/b/c/end'], no: ['/v/a/c/end'] },
    '/one/*': { yes: ['/one/a'], no: ['/one/', '/one/a/b'] },
    '/rest/**': { yes: ['/rest/', '/rest/a/b'], no: ['/rest'] },
    '/suffix/**.m3u8': { yes: ['/suffix/a/b.m3u8', '/suffix/.m3u8'], no: ['/suffix/a'] },
    '/plain': { yes: ['/plain'], no: ['/plain/', '/Plain'] },
    '/': { yes: ['/'], no: ['/a'] },
    '/a/': { yes: ['/a/'], no: ['/a'] },
  };
  for (const [template, { yes, no }] of Object.entries(cases)) {
    const test = match(template);
    for (const path of yes) t.equal(test?.matches(path, pathEnd(path)), true, `${template} ${path}`);
    for (const path of no) t.equal(test?.matches(path, pathEnd(path)), false, `${template} ${path}`);
  }
  t.end();
});

t.test('what variables matched goes into the new path, and the query stays', (t) => {
  t.equal(rewrite('/users/{id}', '/u/id={id}')?.rewritten('/users/7?x=1', HEAD, INFO), '/u/id=7?x=1');
  t.equal(rewrite('/a/{x=*}/b/{y=**}', '/{y}/{x}')?.rewritten('/a/1/b/2/3', HEAD, INFO), '/2/3/1');
  t.equal(rewrite('/a/{x=*}/b/{y=**}', '/{y}/{x}')?.rewritten('/a/1/b/', HEAD, INFO), '//1');
  t.equal(rewrite('/img/{name}.png', '/pics/{name}')?.rewritten('/img/cat.png', HEAD, INFO), '/pics/cat');
  t.equal(rewrite('/v/{all=a/*/c}/end', '/w/{all}')?.rewritten('/v/a/b/c/end', HEAD, INFO), '/w/a/b/c');
  t.equal(rewrite('/{a}', '/{a}{a}')?.rewritten('/x', HEAD, INFO), '/xx');
  t.end();
});

t.test('what is no template is refused, as in Envoy', (t) => {
  const bad = [
    'a',
    '',
    '//a',
    '/**/**',
    '/{a}{b}',
    '/{a}/{a}',
    '/{a={b}}',
    '/{}',
    '/{1}',
    '/a?b',
    '/{a}-{b}',
    '/a b',
    '/{a',
    '/*/{b=**}/*',
  ];
  for (const template of [...bad, '/a*', '/a{b}']) {
    const problems = new Problems();
    t.equal(match(template, problems), null, template);
    t.match(
      problems.list.map((p) => p.path),
      ['typed_config.path_template'],
      template,
    );
  }
  for (const text of ['/{b}', '{a}', '/{a', '//x', '', '/a?b']) {
    const problems = new Problems();
    t.equal(rewrite('/{a}', text, problems), null, text);
    t.match(
      problems.list.map((p) => p.path),
      ['typed_config.path_template_rewrite'],
      text,
    );
  }
  t.end();
});
