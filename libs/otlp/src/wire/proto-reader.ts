import { MalformedBody } from '../signals.ts';

/** Groups within groups deeper than this are no telemetry. */
export const deepestMessage = 100;

/**
 * Reads protobuf's wire format from bytes, field by field: no schema at run time, and whatever a newer sender adds is
 * skipped by its wire type. Every read checks its bounds.
 */
export class ProtoReader {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;
  #wireType = 0;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** The number of the next field, or 0 at the end. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint();
    this.#wireType = tag & 7;
    const field = Math.floor(tag / 8);
    if (field < 1 || field > 536_870_911) throw new MalformedBody(`${field} is no field number`);
    return field;
  }

  #take(length: number): number {
    const from = this.#at;
    if (length > this.#end - from) throw new MalformedBody('the message ends within a field');
    this.#at = from + length;
    return from;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType)
      throw new MalformedBody(`a field has wire type ${this.#wireType}, not ${wireType}`);
  }

  /** Exact up to 2^53; larger ones are rounded, as no count or time of ours is. */
  #varint(): number {
    const first = this.#bytes[this.#take(1)] ?? 0;
    // Tags, lengths of short texts and most counts.
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 128;
    for (let index = 1; index < 10; index += 1) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new MalformedBody('a varint is longer than 10 bytes');
  }

  uint(): number {
    this.#expect(0);
    return this.#varint();
  }

  bool(): boolean {
    return this.uint() !== 0;
  }

  /** int64 in two's complement; a number, rounded beyond 2^53. */
  int64(): number {
    this.#expect(0);
    const start = this.#at;
    const value = this.#varint();
    // Seven bytes hold 49 bits, which a number holds exactly and which no negative one fits into.
    if (this.#at - start <= 7) return value;
    let exact = 0n;
    for (let at = start; at < this.#at; at += 1) {
      exact |= BigInt((this.#bytes[at] ?? 0) & 0x7f) << BigInt(7 * (at - start));
    }
    return Number(BigInt.asIntN(64, exact));
  }

  double(): number {
    this.#expect(1);
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  sfixed64(): number {
    this.#expect(1);
    return Number(this.#bytes.readBigInt64LE(this.#take(8)));
  }

  fixed64(): number {
    this.#expect(1);
    return Number(this.#bytes.readBigUInt64LE(this.#take(8)));
  }

  /** fixed64 nanoseconds since 1970 as epoch ms with a fraction of microseconds. */
  nanoseconds(): number {
    this.#expect(1);
    return Number(this.#bytes.readBigUInt64LE(this.#take(8)) / 1_000n) / 1_000;
  }

  #span(): [start: number, end: number] {
    this.#expect(2);
    const length = this.#varint();
    const start = this.#take(length);
    return [start, start + length];
  }

  /** UTF-8; bytes that are none become U+FFFD, one field costs its neighbours nothing. */
  string(): string {
    const [start, end] = this.#span();
    return this.#bytes.toString('utf8', start, end);
  }

  bytes(): Buffer {
    const [start, end] = this.#span();
    return this.#bytes.subarray(start, end);
  }

  hex(): string {
    const [start, end] = this.#span();
    return this.#bytes.toString('hex', start, end);
  }

  /** A message within this one. */
  message(): ProtoReader {
    const [start, end] = this.#span();
    return new ProtoReader(this.#bytes, start, end);
  }

  /** Leaves the field out, whatever it is. */
  skip(): void {
    if (this.#wireType === 0) this.#varint();
    else if (this.#wireType === 1) this.#take(8);
    else if (this.#wireType === 2) this.#span();
    else if (this.#wireType === 5) this.#take(4);
    else throw new MalformedBody(`wire type ${this.#wireType} is not understood`);
  }
}
