package io.parktls.integration.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.integration.ForeignServer;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/** Tests Eclipse Paho against Mosquitto. Each client reads and writes in threads of its own at the same time. */
@WithParkTls
final class MqttTest extends SoftwareContract {
    private @Nullable ForeignServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        Path mosquitto = ForeignServer.program("mosquitto", "mosquitto");
        server = ForeignServer.start(
                port -> {
                    Path configuration = directory.resolve("mosquitto.conf");
                    Files.writeString(configuration, """
                            %slistener %d 0.0.0.0
                            certfile %s
                            keyfile %s
                            allow_anonymous true
                            """.formatted(
                            // By default root becomes another user, who cannot read the key.
                            ForeignServer.isRoot() ? "user root\n" : "", port, identity.chain(), identity.key()));
                    return List.of(mosquitto.toString(), "-c", configuration.toString(), "-v");
                },
                " running");
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
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(target.trust().context().getSocketFactory());
        options.setConnectionTimeout((int) HANG_SECONDS);
        String url = "ssl://" + target.host() + ":" + target.port();
        String topic = UUID.randomUUID().toString();
        try (MqttClient client = new MqttClient(url, topic, new MemoryPersistence())) {
            client.setTimeToWait(HANG_SECONDS * 1000);
            client.connect(options);
            meanwhile.run();
            CompletableFuture<String> received = new CompletableFuture<>();
            client.subscribe(
                    topic,
                    1,
                    (from, message) -> received.complete(new String(message.getPayload(), StandardCharsets.UTF_8)));
            client.publish(topic, new MqttMessage("text".repeat(1000).getBytes(StandardCharsets.UTF_8)));
            assertEquals("text".repeat(1000), received.get(HANG_SECONDS, TimeUnit.SECONDS));
            client.disconnect();
        }
    }
}
