for item in rpa.queue("bench"):items() do
    item:reject("tested")
end
