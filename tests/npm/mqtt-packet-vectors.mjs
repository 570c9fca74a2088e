// Writes the packets of tests/Bridge.Plugins.Tests/Mqtt/Protocol/SamplePackets.cs as another implementation (npm mqtt-packet) writes them.
// Run by hand when the samples change: node mqtt-packet-vectors.mjs > ../Bridge.Plugins.Tests/Mqtt/Protocol/mqtt-packet-vectors.json
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const mqtt = require('mqtt-packet')

const message = {
  payloadFormatIndicator: true, messageExpiryInterval: 60, contentType: 'application/json', responseTopic: 'answer/here',
  correlationData: Buffer.from('42'), userProperties: { 'bridge-hops': '1' },
}
const v5 = [
  { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: '', clean: true, keepalive: 0 },
  {
    cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: 'bridge-home', clean: true, keepalive: 30, username: 'üser', password: Buffer.from('pass'),
    will: { topic: 'bridge/status', payload: Buffer.from('offline'), qos: 1, retain: true, properties: { willDelayInterval: 5, ...message } },
    properties: {
      sessionExpiryInterval: 4294967295, receiveMaximum: 65535, maximumPacketSize: 1000000, topicAliasMaximum: 0,
      requestProblemInformation: true, requestResponseInformation: false, authenticationMethod: 'SCRAM', authenticationData: Buffer.from('x'),
    },
  },
  { cmd: 'connack', reasonCode: 0x87, sessionPresent: false },
  {
    cmd: 'connack', reasonCode: 0, sessionPresent: true,
    properties: {
      assignedClientIdentifier: 'auto-1', serverKeepAlive: 10, responseInformation: 'r', serverReference: 'other', maximumQoS: 1, retainAvailable: false,
      wildcardSubscriptionAvailable: true, subscriptionIdentifiersAvailable: false, sharedSubscriptionAvailable: false, reasonString: 'welcome',
    },
  },
  { cmd: 'publish', topic: 'a/b', payload: Buffer.from('hello'), qos: 0, retain: false, dup: false },
  { cmd: 'publish', topic: 'a/ß/🎈', payload: Buffer.alloc(0), qos: 1, messageId: 1, retain: true, dup: false },
  {
    cmd: 'publish', topic: '', payload: Buffer.alloc(300000), qos: 2, messageId: 65535, retain: false, dup: true,
    properties: { ...message, topicAlias: 7, subscriptionIdentifier: [1, 268435455] },
  },
  { cmd: 'puback', messageId: 1, reasonCode: 0 },
  { cmd: 'puback', messageId: 2, reasonCode: 0x97 },
  { cmd: 'pubrec', messageId: 3, reasonCode: 0x10, properties: { reasonString: 'why' } },
  { cmd: 'pubrel', messageId: 4, reasonCode: 0x92 },
  { cmd: 'pubcomp', messageId: 5, reasonCode: 0, properties: { userProperties: { a: ['b', 'c'] } } },
  {
    cmd: 'subscribe', messageId: 6, properties: { subscriptionIdentifier: 12345 },
    subscriptions: [{ topic: 'a/+/#', qos: 1, nl: true, rap: false, rh: 0 }, { topic: '+', qos: 2, nl: false, rap: true, rh: 2 }],
  },
  { cmd: 'suback', messageId: 6, granted: [1, 0x8f] },
  { cmd: 'unsubscribe', messageId: 7, unsubscriptions: ['a', 'b/#'] },
  { cmd: 'unsuback', messageId: 7, granted: [0, 0x11] },
  { cmd: 'pingreq' },
  { cmd: 'pingresp' },
  { cmd: 'disconnect', reasonCode: 0 },
  { cmd: 'disconnect', reasonCode: 0x9d, properties: { serverReference: 'there' } },
  { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } },
]
const v311 = [
  { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'c', clean: true, keepalive: 60 },
  {
    cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'c', clean: false, keepalive: 0, username: 'u', password: Buffer.from('p'),
    will: { topic: 'w', payload: Buffer.from('gone'), qos: 0, retain: false },
  },
  { cmd: 'connack', returnCode: 0, sessionPresent: true },
  { cmd: 'connack', returnCode: 4, sessionPresent: false },
  { cmd: 'publish', topic: 'a', payload: Buffer.from('x'), qos: 1, messageId: 9, retain: false, dup: true },
  { cmd: 'puback', messageId: 9 },
  { cmd: 'pubrec', messageId: 9 },
  { cmd: 'pubrel', messageId: 9 },
  { cmd: 'pubcomp', messageId: 9 },
  { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] },
  { cmd: 'suback', messageId: 1, granted: [0x80] },
  { cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['#'] },
  { cmd: 'unsuback', messageId: 2 },
  { cmd: 'pingreq' },
  { cmd: 'pingresp' },
  { cmd: 'disconnect' },
]
// The zeros of the large payload are cut off; the test adds them again.
const hex = (packet, protocolVersion) => mqtt.generate(packet, { protocolVersion }).toString('hex').replace(/(00){1000,}$/, '')
const lines = (packets, version) => packets.map((packet) => `    "${hex(packet, version)}"`).join(',\n')
console.log(`{\n  "v5": [\n${lines(v5, 5)}\n  ],\n  "v311": [\n${lines(v311, 4)}\n  ]\n}`)
