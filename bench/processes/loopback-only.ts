// Preloaded into peers that would listen on every network interface: a benchmark opens no port to the outside.
import { Server } from "node:net";

const listen = Server.prototype.listen;

Server.prototype.listen = function listenOnLoopback(this: Server, ...given: unknown[]): Server {
  const [port] = given;
  if (typeof port !== "number") throw new Error("the peer is expected to call listen(port, …)");
  const listener = given.find((argument) => typeof argument === "function");
  if (listener) this.once("listening", () => Reflect.apply(listener, this, []));
  return Reflect.apply(listen, this, [{ port, host: "127.0.0.1" }]);
};
