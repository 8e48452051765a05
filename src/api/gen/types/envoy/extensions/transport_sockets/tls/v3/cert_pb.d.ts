// Generated from envoy/extensions/transport_sockets/tls/v3/cert.proto by "npm run gen".

export {};
