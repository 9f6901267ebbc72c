package io.parktls.bench.demo;

import io.parktls.TlsVersion;
import io.parktls.bench.tool.Engine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the demo.
 *
 * @param engine the TLS engine of both ends
 * @param protocol the only version to negotiate; null for the best common version
 * @param clients the number of concurrent clients
 * @param bytes the number of bytes that each client sends and receives
 * @param limit the timeout of the whole demo
 */
record Load(Engine engine, @Nullable TlsVersion protocol, int clients, int bytes, Duration limit) {}
