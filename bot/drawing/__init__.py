"""Pictures and files, made of a document and a few plain words in a process of its own.

Drawing libraries are large and slow to start: `bot.drawing.make` asks a child process, `python -m bot.drawing`, which ends
when the file is made; nothing else here may be imported by the bot's own process.
"""
