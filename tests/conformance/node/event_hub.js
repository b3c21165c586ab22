// A reader on the unmodified @azure/event-hubs: reads what to do as JSON on stdin, prints what came as JSON.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { EventHubConsumerClient, earliestEventPosition, latestEventPosition } = from('@azure/event-hubs');

// A value as JSON, with its type where JSON has none for it.
function plain(value) {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return { ms: value.getTime() };
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  }
  return value;
}

// The bytes as they came; what it calls the body it has parsed already, where they were JSON.
function bytes(raw) {
  const sections = Array.isArray(raw.body) ? raw.body : [raw.body];
  return Buffer.concat(sections.map((section) => (Buffer.isBuffer(section) ? section : section.content)));
}

function told(event, partition) {
  const raw = event.getRawAmqpMessage();
  return {
    partition,
    body: bytes(raw).toString('base64'),
    properties: plain(event.properties || {}),
    system: plain(event.systemProperties || {}),
    annotations: plain(raw.messageAnnotations || {}),
    sequence: event.sequenceNumber,
    offset: String(event.offset),
    enqueued: plain(event.enqueuedTimeUtc),
    content_type: event.contentType,
    message_id: event.messageId,
    correlation_id: event.correlationId,
  };
}

function start(task) {
  const position = task.position === undefined ? '-1' : task.position;
  if (position === '-1') return earliestEventPosition;
  if (position === '@latest') return latestEventPosition;
  if (typeof position === 'object') return { enqueuedOn: position.ms };
  if (typeof position === 'number') return { sequenceNumber: position, isInclusive: Boolean(task.inclusive) };
  return { offset: position, isInclusive: Boolean(task.inclusive) };
}

function webSocket(task) {
  if (!task.websocket) return undefined;
  const agent = task.proxy ? new (from('https-proxy-agent').HttpsProxyAgent)(task.proxy) : undefined;
  return { webSocket: from('ws'), webSocketConstructorOptions: { agent } };
}

async function main(task) {
  const result = { events: [], errors: [] };
  const client = new EventHubConsumerClient(task.group || '$Default', task.connection_string, {
    customEndpointAddress: task.address, webSocketOptions: webSocket(task), retryOptions: { maxRetries: 0, timeoutInMs: 10000 },
  });
  const finish = () => { console.log(JSON.stringify(result)); process.stdout.write('', () => process.exit(0)); };
  try {
    result.hub = plain(await client.getEventHubProperties());
    result.partitions = [];
    for (const name of task.ask || []) result.partitions.push(plain(await client.getPartitionProperties(name)));
  } catch (error) {
    result.errors.push(`${error.name}: ${error.code}: ${error.message}`);
    return finish();
  }
  if (task.read === false) return finish();
  setTimeout(() => { result.errors.push('not all came in time'); finish(); }, 1000 * (task.seconds || 30));
  const handlers = {
    processEvents: async (events, context) => {
      for (const event of events) result.events.push(told(event, context.partitionId));
      if (result.events.length >= (task.count || 0)) finish();
    },
    processError: async (error) => { result.errors.push(`${error.name}: ${error.code}: ${error.message}`); finish(); },
  };
  const options = { startPosition: start(task), maxBatchSize: 10, maxWaitTimeInSeconds: 1, ownerLevel: task.owner_level };
  if (task.partition === undefined) client.subscribe(handlers, options);
  else client.subscribe(task.partition, handlers, options);
}

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => main(JSON.parse(input)));
