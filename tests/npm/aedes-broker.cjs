// A broker of another make (npm aedes, 3.1.1) for the tests: listens on TCP and on WebSocket, says {"tcp": port, "ws": port}, and ends with its input.
'use strict'
const net = require('node:net')
const http = require('node:http')
const { WebSocketServer, createWebSocketStream } = require('ws')

async function main () {
  const { Aedes } = await import('aedes') // a module, which Debian 12's node cannot require
  const broker = await Aedes.createBroker()
  const tcp = net.createServer(broker.handle).listen(0, '127.0.0.1')
  const web = http.createServer()
  new WebSocketServer({ server: web, handleProtocols: (offered) => offered.has('mqtt') ? 'mqtt' : false })
    .on('connection', (socket, request) => broker.handle(createWebSocketStream(socket), request))
  web.listen(0, '127.0.0.1', () => process.stdout.write(JSON.stringify({ tcp: tcp.address().port, ws: web.address().port }) + '\n'))
  process.stdin.resume().on('end', () => process.exit(0))
}

main()
