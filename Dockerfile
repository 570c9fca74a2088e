# docker build -t bridge .    See docs/INSTALL.md, and packaging/compose.yaml for how to run it.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY . .
RUN packaging/publish --output /out/app && mkdir -p /out/data

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /out/app /usr/lib/bridge
COPY config/bridge.yaml config/bridge.schema.json /etc/bridge/
# A new volume takes over owner and mode of the folder it covers.
COPY --from=build --chown=1654:1654 --chmod=700 /out/data /var/lib/bridge
RUN ln -s /usr/lib/bridge/Bridge.Host /usr/bin/bridge
# "app" of the base image. Nothing but the data folder is written: run it with a read-only root.
USER 1654:1654
ENV DOTNET_EnableDiagnostics=0
VOLUME /var/lib/bridge
EXPOSE 1883 8480
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["/usr/bin/bridge", "health"]
ENTRYPOINT ["/usr/bin/bridge"]
CMD ["run"]
