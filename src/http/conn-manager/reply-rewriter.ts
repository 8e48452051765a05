/** `local_reply_config`: other words for the answers that the proxy gives itself. Runs for such answers only. */
import type { LogEntry } from '../../telemetry/access-log.ts';
import type { Formatter } from '../../telemetry/format/compile.ts';
import type { Field } from '../headers.ts';
import type { MutationLevel } from '../routing/mutations.ts';
import type { LocalReply } from './local-reply.ts';

export interface ReplyFormat {
  /** Makes a byte string. */
  readonly formatter: Formatter;
  readonly contentType: Field;
  /** It makes one line of JSON. */
  readonly json: boolean;
}

export interface ReplyMapper {
  /** Of an access log; `%RESPONSE_CODE%` and the flags are those of the answer. */
  readonly filter: { matches(entry: LogEntry): boolean };
  /** 0: as it is. */
  readonly status: number;
  /** Null: as it is. */
  readonly body: string | null;
  readonly headers: MutationLevel | null;
  /** Null: the common one. */
  readonly format: ReplyFormat | null;
}

export class ReplyRewriter {
  private readonly mappers: readonly ReplyMapper[];
  private readonly format: ReplyFormat | null;

  constructor(mappers: readonly ReplyMapper[], format: ReplyFormat | null) {
    this.mappers = mappers;
    this.format = format;
  }

  /** The first mapper that matches changes the answer; the format comes last. */
  rewrite(reply: LocalReply): void {
    const { info, responseHeaders } = reply;
    info.responseCode = responseHeaders.status;
    let format = this.format;
    for (const mapper of this.mappers) {
      if (!mapper.filter.matches(reply)) continue;
      if (mapper.body !== null) reply.body = mapper.body;
      if (mapper.headers !== null) mapper.headers.apply(responseHeaders, reply);
      if (mapper.status > 0) {
        responseHeaders.status = mapper.status;
        info.responseCode = mapper.status;
      }
      format = mapper.format ?? format;
      break;
    }
    if (format === null) return;
    reply.localReplyBody = Buffer.from(reply.body, 'utf8').toString('latin1');
    reply.body = Buffer.from(format.formatter.format(reply), 'latin1').toString('utf8');
    reply.contentType = format.contentType;
    reply.json = format.json;
  }
}
