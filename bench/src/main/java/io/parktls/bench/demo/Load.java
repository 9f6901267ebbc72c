package io.parktls.bench.demo;

import io.parktls.TlsVersion;
import io.parktls.bench.tool.Engine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the demo does.
 *
 * @param engine the TLS engine of both ends
 * @param protocol the one version to negotiate; null for the best there is
 * @param clients how many at once
 * @param bytes what each sends and gets back
 * @param limit how long all of it may take
 */
record Load(Engine engine, @Nullable TlsVersion protocol, int clients, int bytes, Duration limit) {}
