// emulate asks for a port on every interface; told to load this first, it gets one on the machine itself alone.
import { Server } from "node:net";

const { listen } = Server.prototype;
Server.prototype.listen = function (where, ...rest) {
  const { port } = typeof where === "object" && where !== null ? where : { port: where };
  return listen.call(this, { port, host: "127.0.0.1" }, rest.find((one) => typeof one === "function"));
};
