package io.parktls.integration.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.integration.ClientTrust;
import io.parktls.integration.ForeignServer;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/** Tests Jedis against Redis. Jedis makes its context from a trust store. */
@WithParkTls
final class RedisTest extends SoftwareContract {
    private @Nullable ForeignServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        Path redis = ForeignServer.program("redis-server", "redis-server");
        server = ForeignServer.start(
                port -> List.of(
                        redis.toString(),
                        "--port",
                        "0",
                        "--tls-port",
                        Integer.toString(port),
                        "--bind",
                        "0.0.0.0",
                        "--protected-mode",
                        "no",
                        "--dir",
                        directory.toString(),
                        "--save",
                        "",
                        "--tls-auth-clients",
                        "no",
                        "--tls-cert-file",
                        identity.chain().toString(),
                        "--tls-key-file",
                        identity.key().toString()),
                "Ready to accept connections");
        return server.port();
    }

    @Override
    protected void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        SslOptions ssl = SslOptions.builder()
                .truststore(target.trust().keyStore().toFile(), ClientTrust.PASSWORD.toCharArray())
                .trustStoreType("JKS")
                .sslVerifyMode(SslVerifyMode.FULL)
                .build();
        JedisClientConfig config = DefaultJedisClientConfig.builder()
                .sslOptions(ssl)
                .timeoutMillis((int) (HANG_SECONDS * 1000))
                .build();
        try (Jedis jedis = new Jedis(new HostAndPort(target.host(), target.port()), config)) {
            String key = UUID.randomUUID().toString();
            jedis.set(key, "text".repeat(1000));
            meanwhile.run();
            assertEquals("text".repeat(1000), jedis.get(key));
            assertEquals(1, jedis.del(key));
        }
    }
}
