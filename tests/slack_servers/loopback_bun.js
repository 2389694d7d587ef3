// local-slack asks for a port on every interface; told to load this first, it gets one on the machine itself alone.
const { serve } = Bun;
Bun.serve = (options) => serve({ ...options, hostname: "127.0.0.1" });
