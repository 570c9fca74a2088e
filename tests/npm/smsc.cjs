// An SMS centre of another make (npm smpp) for the tests. Says {"port": n}, then what it gets: {"bound"}, {"part": {...}}. Each part is reported on as delivered,
// by a number ending in 1 as undeliverable, with the id in decimal digits where the answer had it in hexadecimal ones. Takes commands as lines of JSON: {"deliver": {...}},
// {"throttle": n}, "drop", "unbind"; and ends with its input. TLS with the files of a key and a certificate as arguments.
'use strict'
const fs = require('node:fs')
const readline = require('node:readline')
const smpp = require('smpp')

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n')
const sessions = new Set()
let ids = 0xabc
let throttle = 0

const [key, cert] = process.argv.slice(2).map((file) => fs.readFileSync(file))
const server = smpp.createServer(key ? { key, cert } : {}, (session) => {
  sessions.add(session)
  session.on('close', () => sessions.delete(session))
  session.on('error', () => {})
  for (const bind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
    session.on(bind, (pdu) => {
      const known = pdu.system_id === 'bridge' && pdu.password === 'canary-p'
      session.receives = known && bind !== 'bind_transmitter'
      session.send(pdu.response(known ? { system_id: 'NODE', sc_interface_version: 0x34 } : { command_status: smpp.ESME_RINVPASWD }))
      say({ bound: bind, known })
    })
  }
  session.on('enquire_link', (pdu) => session.send(pdu.response()))
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close() })
  session.on('submit_sm', (pdu) => take(session, pdu))
})

function take (session, pdu) {
  if (throttle > 0) {
    throttle--
    session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }))
    return
  }

  const id = ++ids
  const { destination_addr: to, dest_addr_ton: ton, data_coding: coding, validity_period: validity, priority_flag: priority, short_message: { message: text } } = pdu
  say({ part: { to, ton, coding, validity, priority, text } })
  session.send(pdu.response({ message_id: id.toString(16).toUpperCase() }))
  if (pdu.registered_delivery & 1) {
    const stat = pdu.destination_addr.endsWith('1') ? 'UNDELIV' : 'DELIVRD'
    for (const receiver of [...sessions].filter((each) => each.receives)) {
      receiver.deliver_sm({
        esm_class: 4,
        source_addr_ton: 1,
        source_addr: pdu.destination_addr,
        destination_addr: pdu.source_addr,
        short_message: { message: `id:${String(id).padStart(10, '0')} sub:001 dlvrd:001 submit date:2611221016 done date:2611221017 stat:${stat} err:000 text:` }
      })
    }
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line)
  for (const session of sessions) {
    if (command.deliver && session.receives) {
      const message = command.deliver
      if (message.short_message?.udh) message.short_message.udh = Buffer.from(message.short_message.udh, 'hex')
      session.deliver_sm(message, (answer) => say({ answered: answer.command_status }))
    } else if (command === 'drop') {
      session.destroy()
    } else if (command === 'unbind') {
      session.unbind(() => session.close())
    }
  }
  throttle = command.throttle ?? throttle
}).on('close', () => process.exit(0))

server.listen(0, '127.0.0.1', () => say({ port: server.address().port }))
