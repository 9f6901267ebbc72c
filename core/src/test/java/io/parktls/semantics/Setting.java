package io.parktls.semantics;

import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The TLS version and the engine of a scenario. */
record Setting(TlsVersion version, TlsEngineProvider engine) {
    private static final List<TlsEngineProvider> ENGINES =
            List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());

    static Stream<Setting> all() {
        return Arrays.stream(TlsVersion.values()).flatMap(Setting::of);
    }

    static Stream<Setting> tls12() {
        return of(TlsVersion.TLS_1_2);
    }

    static Stream<Setting> tls13() {
        return of(TlsVersion.TLS_1_3);
    }

    private static Stream<Setting> of(TlsVersion version) {
        return ENGINES.stream().map(engine -> new Setting(version, engine));
    }

    boolean is13() {
        return version == TlsVersion.TLS_1_3;
    }

    boolean isBouncyCastle() {
        return engine == ENGINES.getFirst();
    }

    @Override
    public String toString() {
        return version + " " + engine.name();
    }
}
