// An AMQP server on npm rhea, which plays an Event Hub: reads its settings as JSON on stdin, prints its port as JSON.
// It prints one more line for each thing that happens, and ends when stdin does.
'use strict';
const { createRequire } = require('module');
const https = require('https');
const path = require('path');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const rhea = from('rhea');
const { types, message } = rhea;

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

// The events of a partition; the body of each is told by its number, so that the test can know it.
function body(partition, number, size) {
  const text = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) text[at] = (at * 7 + number * 13 + partition) % 256;
  return text;
}

function event(settings, partition, number) {
  return {
    body: message.data_section(body(partition, number, settings.sizes[number % settings.sizes.length])),
    message_annotations: {
      'x-opt-sequence-number': types.wrap_long(number),
      'x-opt-offset': String(number * 1000),
      'x-opt-enqueued-time': types.wrap_timestamp(1700000000000 + number),
      'iothub-connection-device-id': `device-${partition}`,
    },
    application_properties: { number: types.wrap_int(number), text: 'grüß €' },
    content_type: 'application/octet-stream',
    message_id: `m-${partition}-${number}`,
  };
}

function serve(settings) {
  const container = rhea.create_container({ id: 'foreign' });
  const replies = new Map(); // by connection and node
  const readers = new Set();
  container.sasl_server_mechanisms.enable_anonymous();
  container.sasl_server_mechanisms.enable_plain((user, password) => user === settings.user && password === settings.password);

  function pump(reader) {
    while (reader.sender.sendable() && reader.next < settings.count) {
      const settled = (reader.next % 2) === 0;
      const sent = reader.sender.send(event(settings, reader.partition, reader.next));
      if (settled && !settings.settled) sent.update(true);
      reader.next += 1;
    }
  }

  container.on('connection_open', (context) => {
    const { container_id: id, hostname } = context.connection.remote.open;
    say({ opened: hostname, id });
  });
  container.on('connection_error', () => undefined);
  container.on('disconnected', () => undefined);
  container.on('error', (error) => say({ error: String(error) }));

  container.on('sender_open', (context) => {
    const { sender } = context;
    const address = sender.remote.attach.source.address;
    const asked = /\/ConsumerGroups\/[^/]+\/Partitions\/(\d+)$/.exec(address);
    if (!asked) {
      replies.set(`${context.connection.remote.open.container_id} ${address}`, sender);
      sender.set_source({ address });
      return;
    }
    const partition = Number(asked[1]);
    if (partition === settings.denied) {
      sender.close({ condition: 'amqp:unauthorized-access', description: 'no Listen claim' });
      return;
    }
    const selector = sender.remote.attach.source.filter['apache.org:selector-filter:string'];
    say({ selector: selector.value === undefined ? selector : selector.value });
    sender.set_source(sender.remote.attach.source);
    if (settings.settled) sender.local.attach.snd_settle_mode = 1; // or it waits for outcomes after 2048 messages
    readers.add({ sender, partition, next: 0 });
  });
  container.on('receiver_open', (context) => context.receiver.set_target({ address: context.receiver.remote.attach.target.address }));
  // Later, because rhea writes messages before the attach of their link, where the client's credit came with its attach.
  container.on('sendable', (context) => setImmediate(() => {
    readers.forEach((reader) => reader.sender === context.sender && pump(reader));
  }));
  container.on('session_close', () => undefined);

  function answer(address, asked) {
    const told = asked.application_properties;
    if (address === '$cbs') {
      say({ token: asked.body, audience: told.name });
      return { application_properties: { 'status-code': 202, 'status-description': 'Accepted' }, body: '' };
    }
    const head = { name: told.name, type: told.type };
    const value = told.type === 'com.microsoft:eventhub'
      ? { ...head, partition_count: settings.partitions,
        partition_ids: types.wrap_array(Array.from({ length: settings.partitions }, (_, at) => String(at)), 0xa1) }
      : { ...head, partition: told.partition, last_enqueued_sequence_number: types.wrap_long(-1) };
    return { application_properties: { 'status-code': types.wrap_int(200), 'status-description': 'OK' }, body: value };
  }

  container.on('message', (context) => {
    const { address } = context.receiver.target;
    const reply = answer(address, context.message);
    const sender = replies.get(`${context.connection.remote.open.container_id} ${address}`);
    sender.send({ ...reply, correlation_id: context.message.message_id });
  });

  const limits = { max_frame_size: settings.max_frame_size, idle_time_out: 20000 };
  if (settings.websocket) { // on npm ws
    const web = https.createServer({ cert: settings.cert, key: settings.key });
    const sockets = new (from('ws').Server)({ server: web, path: '/$servicebus/websocket', handleProtocols: (offered) => offered[0] });
    sockets.on('connection', (socket, request) => {
      say({ websocket: request.url, protocol: socket.protocol });
      socket.ping('there?');
      socket.on('pong', (data) => say({ pong: String(data) }));
      container.websocket_accept(socket, limits);
    });
    web.listen(0, '127.0.0.1', () => say({ port: web.address().port }));
    return;
  }
  const server = container.listen({ port: 0, host: '127.0.0.1', transport: 'tls', cert: settings.cert, key: settings.key, ...limits });
  server.on('listening', () => say({ port: server.address().port }));
}

let input = '';
process.stdin.on('data', (chunk) => {
  const before = input;
  input += chunk;
  if (!before.includes('\n') && input.includes('\n')) serve(JSON.parse(input.slice(0, input.indexOf('\n'))));
});
process.stdin.on('end', () => process.exit(0));
