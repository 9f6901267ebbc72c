package io.parktls.integration.engine;

import io.parktls.TestPki;
import io.parktls.TlsIdentity;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ConnectionMode;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.network.SslChannelBuilder;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** One end of connections over Kafka's channels: its selector, and the builder of its channels. */
record KafkaEnd(Selector selector, SslChannelBuilder channels, Metrics metrics) implements AutoCloseable {
    /**
     * The settings of an end, as an application writes them.
     *
     * @param identity null for none
     * @param clientAuth {@code none}, {@code requested} or {@code required}
     * @param provider the provider of TLS; null for the first one
     */
    record Settings(
            @Nullable TlsIdentity identity,
            X509Certificate authority,
            String clientAuth,
            @Nullable String provider) {
        Map<String, Object> values() {
            Map<String, Object> values = new HashMap<>();
            values.put(SslConfigs.SSL_PROTOCOL_CONFIG, "TLSv1.3");
            values.put(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, List.of("TLSv1.3", "TLSv1.2"));
            // Kafka's default values, which only the configuration of a client or a broker adds.
            values.put(SslConfigs.SSL_CIPHER_SUITES_CONFIG, List.of());
            values.put("ssl.principal.mapping.rules", "DEFAULT");
            values.put(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, "https");
            values.put("ssl.client.auth", clientAuth);
            values.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            values.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, new Password(TestPki.pem(List.of(authority))));
            if (identity != null) {
                values.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
                values.put(
                        SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, new Password(TestPki.pem(identity.chain())));
                values.put(
                        SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
                        new Password(
                                TestPki.pem("PRIVATE KEY", identity.privateKey().getEncoded())));
            }
            if (provider != null) {
                values.put(SslConfigs.SSL_PROVIDER_CONFIG, provider);
            }
            return values;
        }
    }

    static KafkaEnd open(ConnectionMode mode, Settings settings) {
        SslChannelBuilder channels = new SslChannelBuilder(mode, new ListenerName("SSL"), false);
        channels.configure(settings.values());
        Metrics metrics = new Metrics();
        Selector selector =
                new Selector(RawHttp.HANG_MILLIS, metrics, Time.SYSTEM, "test-" + mode, channels, new LogContext());
        return new KafkaEnd(selector, channels, metrics);
    }

    @Override
    public void close() {
        selector.close();
        metrics.close();
    }
}
