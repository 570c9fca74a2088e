// What somebody writes with matrix-bot-sdk to put MQTT messages into Matrix rooms: one room for each topic, in order within it.
// node matrix-bot.cjs MQTT-PORT HOMESERVER-PORT OWN-PORT
const { Appservice, LogLevel, LogService, MemoryStorageProvider } = require('matrix-bot-sdk');
const mqtt = require('mqtt');

const [brokerPort, homeserverPort, port] = process.argv.slice(2).map(Number);
LogService.setLevel(LogLevel.WARN);
const appservice = new Appservice({
  port,
  bindAddress: '127.0.0.1',
  homeserverName: 'hs.test',
  homeserverUrl: `http://127.0.0.1:${homeserverPort}`,
  storage: new MemoryStorageProvider(),
  registration: {
    id: 'bench',
    url: `http://127.0.0.1:${port}`,
    as_token: 'as',
    hs_token: 'hs',
    sender_localpart: 'bridge',
    rate_limited: false,
    namespaces: { users: [{ exclusive: true, regex: '@bridge_.*:hs.test' }], rooms: [], aliases: [] },
  },
});

const last = new Map();
const client = mqtt.connect(`mqtt://127.0.0.1:${brokerPort}`, { clientId: 'sdk', protocolVersion: 5, clean: false, properties: { receiveMaximum: 65535 } });
client.on('message', (topic, payload) => {
  const key = topic.split('/')[1];
  const text = payload.toString();
  if (JSON.parse(text).on !== true) return;
  const content = { msgtype: 'm.notice', body: text };
  last.set(key, (last.get(key) ?? Promise.resolve()).then(() => appservice.botClient.sendEvent(`!${key}`, 'm.room.message', content)));
});
client.on('connect', async () => {
  await appservice.begin();
  await client.subscribeAsync('src/#', { qos: 1 });
  console.log('Ready');
});
