import { newAttributes } from '../attributes.ts';
import type { Group, MetricPoint } from '../signals.ts';
import { addKeyValue, readGroups } from './proto-common.ts';
import { ProtoReader } from './proto-reader.ts';

type Point = Pick<MetricPoint, 'startMs' | 'timeMs' | 'value' | 'count' | 'attributes'>;
type Data = Pick<MetricPoint, 'temporality' | 'monotonic'> & { points: Point[] };

function readNumberPoint(reader: ProtoReader): Point {
  const attributes = newAttributes();
  const point = { startMs: 0, timeMs: 0, value: 0 };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) point.startMs = reader.nanoseconds();
    else if (field === 3) point.timeMs = reader.nanoseconds();
    else if (field === 4) point.value = reader.double();
    else if (field === 6) point.value = reader.sfixed64();
    else if (field === 7) addKeyValue(attributes, reader.message());
    else reader.skip();
  }
  return { ...point, count: undefined, attributes };
}

/** Histograms and summaries keep times, count and sum under the same numbers; only their attributes differ. */
const summingPoint =
  (attributesField: number) =>
  (reader: ProtoReader): Point => {
    const attributes = newAttributes();
    const point = { startMs: 0, timeMs: 0, value: 0, count: 0 };
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 2) point.startMs = reader.nanoseconds();
      else if (field === 3) point.timeMs = reader.nanoseconds();
      else if (field === 4) point.count = reader.fixed64();
      else if (field === 5) point.value = reader.double();
      else if (field === attributesField) addKeyValue(attributes, reader.message());
      else reader.skip();
    }
    return { ...point, attributes };
  };

const histogramPoint = summingPoint(9);
const exponentialPoint = summingPoint(1);
const summaryPoint = summingPoint(7);

function readData(reader: ProtoReader, readPoint: (reader: ProtoReader) => Point): Data {
  const data: Data = { temporality: undefined, monotonic: false, points: [] };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) data.points.push(readPoint(reader.message()));
    else if (field === 2) data.temporality = temporalityOf(reader.uint());
    else if (field === 3) data.monotonic = reader.bool();
    else reader.skip();
  }
  return data;
}

export const temporalityOf = (code: number): MetricPoint['temporality'] =>
  code === 1 ? 'delta' : code === 2 ? 'cumulative' : undefined;

function readMetric(reader: ProtoReader): MetricPoint[] {
  let [name, unit] = ['', ''];
  const found: Data[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.string();
    else if (field === 3) unit = reader.string();
    else if (field === 5 || field === 7) found.push(readData(reader.message(), readNumberPoint));
    else if (field === 9) found.push(readData(reader.message(), histogramPoint));
    else if (field === 10) found.push(readData(reader.message(), exponentialPoint));
    else if (field === 11) found.push(readData(reader.message(), summaryPoint));
    else reader.skip();
  }
  return found.flatMap(({ points, temporality, monotonic }) =>
    points.map((point) => ({ name, unit, temporality, monotonic, ...point })),
  );
}

/** `ExportMetricsServiceRequest` in protobuf. Throws MalformedBody. */
export const metricsOfProtobuf = (body: Buffer): Group<MetricPoint>[] => readGroups(new ProtoReader(body), readMetric);
