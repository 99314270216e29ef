# The application alone: no PostgreSQL, Kafka or mail server. Build the package first: mvn -q package -DskipTests
FROM eclipse-temurin:17-jre

WORKDIR /opt/payroute
# From what changes seldom to what changes often, so that a new version is a small layer.
COPY target/quarkus-app/lib/ lib/
COPY target/quarkus-app/quarkus/ quarkus/
COPY target/quarkus-app/app/ app/
COPY target/quarkus-app/examples/ examples/
COPY target/quarkus-app/payroute* ./

# The classes that a start needs, archived for this image's JVM (adr/0034).
RUN java -Xshare:dump -XX:SharedClassListFile=payroute.classes -XX:SharedArchiveFile=payroute.jsa \
    -Xlog:cds=off -Xlog:class+path=off -cp payroute.jar || echo "No class archive, so each start takes longer"

ENV JAVA_OPTS="-XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError" \
    QUARKUS_LOG_CONSOLE_JSON_ENABLED=true

# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8080 8081 50053

# bash instead of curl or wget, which come and go with the base image.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PAYROUTE_MANAGEMENT_PORT:-8081} && printf 'GET /q/health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 3 status <&3 && [[ $status == *' 200 '* ]]"]

# The script ends where Java begins, which gets the stop signal itself and finishes what it has accepted.
ENTRYPOINT ["/opt/payroute/payroute"]
CMD ["run"]
