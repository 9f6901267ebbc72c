package io.parktls.integration.http;

import javax.net.ssl.SSLSession;

/** An answer of a server, and the protocol and TLS session of the connection that it came by. */
record HttpAnswer(byte[] body, String protocol, SSLSession session) {}
