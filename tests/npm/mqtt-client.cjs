// Drives npm mqtt for the tests: one JSON command per line of input, one JSON event per line of output.
//   {"connect": {...options}}  {"subscribe": [filter, options]}  {"publish": [topic, text, options]}  {"flood": [topic, count]}  {"end": true}  {"destroy": true}
// Every command is answered by {"done": <name>, ...} in its order of completion; messages come as {"message": ...}.
'use strict'
const mqtt = require('mqtt')
const { readFileSync } = require('node:fs')
const readline = require('node:readline')

let client
const say = (event) => process.stdout.write(JSON.stringify(event) + '\n')
const answer = (name) => (error, result) => say(error ? { done: name, error: error.message, code: error.code } : { done: name, result: granted(result) })
const granted = (result) => Array.isArray(result) ? result.map((line) => line.qos) : undefined

function connect (options) {
  for (const file of ['ca', 'cert', 'key']) if (options[file]) options[file] = readFileSync(options[file])
  if (options.will) options.will.payload = Buffer.from(options.will.payload)
  client = mqtt.connect({ host: '127.0.0.1', reconnectPeriod: 0, ...options })
  client.on('connect', (packet) => say({ done: 'connect', present: packet.sessionPresent, properties: packet.properties }))
  client.on('error', (error) => say({ done: 'connect', error: error.message, code: error.code }))
  client.on('disconnect', (packet) => say({ disconnect: packet.reasonCode }))
  client.on('close', () => say({ close: true }))
  client.on('message', (topic, payload, packet) => say({
    message: payload.length > 10000 ? `${payload.length} x ${String.fromCharCode(payload[0])}` : payload.toString(),
    topic,
    qos: packet.qos,
    retain: packet.retain,
    properties: packet.properties
  }))
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line)
  if (command.connect) connect(command.connect)
  if (command.subscribe) client.subscribe(...command.subscribe, answer('subscribe'))
  if (command.publish) client.publish(...command.publish, answer('publish'))
  if (command.flood) for (let i = 0; i < command.flood[1]; i++) client.publish(command.flood[0], String(i), { qos: 1 }, i === command.flood[1] - 1 ? answer('flood') : undefined)
  if (command.end) client.end(false, {}, answer('end'))
  if (command.destroy) { client.stream.destroy(); say({ done: 'destroy' }) }
}).on('close', () => process.exit(0))
