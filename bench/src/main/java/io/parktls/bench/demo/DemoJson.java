package io.parktls.bench.demo;

import io.parktls.TlsSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts the result of the demo to maps and lists for {@link io.parktls.bench.tool.Json}. */
final class DemoJson {
    private DemoJson() {}

    static Map<String, @Nullable Object> of(DemoResult result) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        TlsSession session = result.session();
        object.put("engine", session == null ? null : session.engine());
        object.put("protocol", session == null ? null : session.protocol().standardName());
        object.put("cipherSuite", session == null ? null : session.cipherSuite().name());
        object.put(
                "group",
                session == null || session.group() == null
                        ? null
                        : session.group().standardName());
        object.put("clients", result.clients());
        object.put("handshakes", result.handshakes());
        object.put("handshakesPerSecond", rounded(result.handshakesPerSecond()));
        object.put("handshakeMillis", handshakeMillis(result.handshakeMillis()));
        object.put("bytesChecked", result.bytesChecked());
        object.put("virtualThreads", result.virtualThreads());
        object.put("carriers", result.carriers());
        object.put("parallelism", result.parallelism());
        object.put("seconds", rounded(result.seconds()));
        object.put("failures", result.failureCount());
        object.put("failureReasons", result.failures());
        object.put("nonBlocking", result.steps() == null ? null : steps(result.steps()));
        return object;
    }

    private static Map<String, @Nullable Object> handshakeMillis(DemoResult.Percentiles millis) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("p50", millis.p50());
        object.put("p99", millis.p99());
        object.put("max", millis.max());
        return object;
    }

    private static Map<String, @Nullable Object> steps(NonBlockingHandshake steps) {
        List<Map<String, @Nullable Object>> calls = new ArrayList<>();
        for (NonBlockingHandshake.Call call : steps.calls()) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("side", call.side());
            object.put("status", call.status());
            object.put("returnCode", call.status().returnCode());
            object.put("sslError", call.status().sslError());
            object.put("sslErrorName", call.status().sslErrorName());
            object.put("bytesToServer", call.toServer());
            object.put("bytesToClient", call.toClient());
            calls.add(object);
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("pairCapacity", steps.capacity());
        object.put("calls", calls);
        return object;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1e3;
    }
}
